//! Going down in good order, with the real program.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use hiring_testkit::eventually;
use rustix::process::{Pid, Signal, kill_process};

use crate::test_app::{SECRET_KEY, TestApp, UNHURRIED};
use crate::upload::RESUME;

/// The api's program on the database of a test application.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
}

impl Program {
    pub fn start(app: &TestApp, variables: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hiring-api"))
            .arg("serve")
            .env_clear()
            .envs([
                ("ENVIRONMENT", "test"),
                ("DATABASE_URL", app.db.url()),
                ("REDIS_URL", &app.redis.url),
                ("QUEUE_PREFIX", &app.redis.prefix),
                ("STORAGE_DIR", app.storage.path().to_str().unwrap()),
                ("SECRET_KEY", SECRET_KEY),
                ("EMBEDDING_BACKEND", "off"),
                ("API_PORT", "0"),
                ("METRICS_PORT", "0"),
                ("LOG_FORMAT", "json"),
                ("LOG_LEVEL", "debug"),
            ])
            .envs(UNHURRIED)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.find(|line| line.as_ref().unwrap().contains("listening"));
        let line = line.expect("the api ended").unwrap();
        let rest = line.split_once("127.0.0.1:").unwrap().1;
        let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
        // What nobody reads must not fill the pipe.
        std::thread::spawn(move || hiring_testkit::logs::keep(lines.map_while(Result::ok)));
        Self {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], port.parse().unwrap())),
        }
    }

    fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.child.id()).unwrap();
        kill_process(Pid::from_raw(id).unwrap(), signal).unwrap();
    }

    fn connect(&self) -> Connection {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        Connection(BufReader::new(stream))
    }

    /// The status of a path on a connection of its own; none when nobody listens or the connection is cut.
    fn ask(&self, path: &str) -> Option<u16> {
        let stream = TcpStream::connect(self.address).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let mut connection = Connection(BufReader::new(stream));
        connection.try_send(&get(path)).ok()?;
        connection.head().map(|head| head.0)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection whose every byte is the test's own.
struct Connection(BufReader<TcpStream>);

impl Connection {
    fn send(&mut self, bytes: &[u8]) {
        self.try_send(bytes).unwrap();
    }

    fn try_send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.0.get_mut().write_all(bytes)
    }

    /// Status and head of the next answer, in lower case; its body is read away.
    fn head(&mut self) -> Option<(u16, String)> {
        let mut head = String::new();
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if line == "\r\n" {
                break;
            }
            head.push_str(&line.to_lowercase());
        }
        let status = head.split_whitespace().nth(1)?.parse().ok()?;
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.trim().parse().unwrap())];
        self.0.read_exact(&mut body).ok()?;
        Some((status, head))
    }

    fn is_at_its_end(&mut self) -> bool {
        self.0.read(&mut [0]).is_ok_and(|bytes| bytes == 0)
    }
}

fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: api\r\n\r\n").into_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_under_way_is_finished_and_late_requests_are_told_why_not() {
    let app = TestApp::start().await;
    let user = app.organization("Acme").await.recruiter;
    let mut program = Program::start(&app, &[]);
    let mut body =
        b"--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"ada.txt\"\r\n\r\n".to_vec();
    body.extend_from_slice(RESUME);
    body.extend_from_slice(b"\r\n--X--\r\n");
    let (first, rest) = body.split_at(90);
    let mut upload = program.connect();
    upload.send(
        format!(
            "POST /api/v1/candidates/upload HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer {}\r\n\
             Content-Type: multipart/form-data; boundary=X\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
            user.token,
            body.len()
        )
        .as_bytes(),
    );
    // It says so once the handler wants the body.
    assert_eq!(upload.head().unwrap().0, 100);
    upload.send(first);
    let mut kept_open = program.connect();
    kept_open.send(&get("/health"));
    assert_eq!(kept_open.head().unwrap().0, 200);

    program.signal(Signal::TERM);
    eventually("late requests to be turned away", async || {
        (program.ask("/health") == Some(503)).then_some(())
    })
    .await;
    kept_open.send(&get("/api/v1/candidates"));
    let (status, head) = kept_open.head().unwrap();
    assert_eq!(status, 503, "{head}");
    for line in [
        "connection: close",
        "content-type: application/problem+json",
        "retry-after: 1",
    ] {
        assert!(head.contains(line), "{line}: {head}");
    }
    assert!(kept_open.is_at_its_end());

    upload.send(rest);
    let (status, head) = upload.head().unwrap();
    assert_eq!(status, 201, "{head}");
    assert!(
        head.contains("connection: close") && upload.is_at_its_end(),
        "{head}"
    );
    assert_eq!(program.child.wait().unwrap().code(), Some(0));
    assert_eq!(app.count("SELECT count(*) FROM tasks").await, 1);
    app.db.leave_tasks();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_does_not_end_is_given_up_after_the_grace() {
    let app = TestApp::start().await;
    let user = app.organization("Acme").await.recruiter;
    let mut program = Program::start(&app, &[("SHUTDOWN_GRACE_SECONDS", "1")]);
    let mut upload = program.connect();
    upload.send(
        format!(
            "POST /api/v1/candidates/upload HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer {}\r\n\
             Content-Type: multipart/form-data; boundary=X\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n",
            user.token
        )
        .as_bytes(),
    );
    assert_eq!(upload.head().unwrap().0, 100);
    program.signal(Signal::TERM);
    assert_eq!(program.child.wait().unwrap().code(), Some(0));
    assert_eq!(app.count("SELECT count(*) FROM tasks").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn during_the_delay_it_is_unready_and_serves_and_a_second_signal_ends_it_at_once() {
    let app = TestApp::start().await;
    let mut program = Program::start(&app, &[("SHUTDOWN_DELAY_SECONDS", "300")]);
    assert_eq!(program.ask("/health/ready"), Some(200));
    program.signal(Signal::TERM);
    eventually("readiness to turn false", async || {
        (program.ask("/health/ready") == Some(503)).then_some(())
    })
    .await;
    assert_eq!(program.ask("/health"), Some(200));
    assert_eq!(program.ask("/api/v1/candidates"), Some(401));
    program.signal(Signal::TERM);
    assert_eq!(program.child.wait().unwrap().code(), Some(128 + 15));
}
