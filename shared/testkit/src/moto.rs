//! A server that speaks S3 and SQS: `moto_server`, on a port of its own.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::env;

/// A Python program on a busy machine takes its time to start.
const DEADLINE: Duration = Duration::from_secs(60);

/// Serves until nobody holds the other end of its standard input: a server that belongs to a `static`, or to a test process
/// that was killed, ends too.
const SERVE: &str = r#"
exec 3<&0
"$0" "$@" </dev/null 3<&- &
server=$!
{ read -r _ <&3; kill -9 $server; } &
watch=$!
wait $server
kill $watch"#;

/// A running `moto_server` without any bucket or queue; killed on drop. It takes any credentials.
pub struct Moto {
    /// What to set `SQS_ENDPOINT_URL` or `S3_ENDPOINT_URL` to.
    pub endpoint: String,
    address: SocketAddr,
    child: Option<Child>,
}

impl Moto {
    /// Starts one on a free port.
    ///
    /// # Panics
    /// When it does not answer in time.
    pub async fn start() -> Self {
        tokio::task::spawn_blocking(|| Self::start_at(None))
            .await
            .unwrap()
    }

    /// The one that all tests of this process share; give the queues a prefix of your own.
    ///
    /// # Panics
    /// See [`Self::start`].
    pub async fn shared() -> &'static Self {
        static SHARED: tokio::sync::OnceCell<Moto> = tokio::sync::OnceCell::const_new();
        SHARED.get_or_init(Self::start).await
    }

    /// Kills it: nobody listens there any more.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            drop(child.stdin.take());
            let _ = child.wait();
        }
    }

    /// Starts it again where it was, having forgotten everything.
    ///
    /// # Panics
    /// See [`Self::start`].
    pub async fn restart(mut self) -> Self {
        self.kill();
        let address = self.address;
        tokio::task::spawn_blocking(move || Self::start_at(Some(address)))
            .await
            .unwrap()
    }

    fn start_at(given: Option<SocketAddr>) -> Self {
        crate::tls::choose();
        let program = env::require(&["MOTO_SERVER"]);
        let deadline = Instant::now() + DEADLINE;
        loop {
            let address = given.unwrap_or_else(free_address);
            let mut server = Self {
                endpoint: format!("http://{address}"),
                address,
                child: Some(spawn(&program, address)),
            };
            // Another program may have taken the port meanwhile: then this one ends, and another port is tried.
            while server.is_alive() {
                if answers(address) {
                    return server;
                }
                assert!(Instant::now() < deadline, "moto_server does not answer");
                std::thread::sleep(Duration::from_millis(20));
            }
            assert!(Instant::now() < deadline, "moto_server ends at once");
        }
    }

    fn is_alive(&mut self) -> bool {
        let child = self.child.as_mut();
        child.is_some_and(|child| child.try_wait().unwrap().is_none())
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        self.kill();
    }
}

fn spawn(program: &str, address: SocketAddr) -> Child {
    let port = address.port().to_string();
    Command::new("sh")
        .args(["-c", SERVE, program, "-H", "127.0.0.1", "-p", &port])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("moto_server starts")
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap()
}

/// Whether it is moto that answers there.
fn answers(address: SocketAddr) -> bool {
    let Ok(mut stream) = TcpStream::connect_timeout(&address, Duration::from_millis(200)) else {
        return false;
    };
    let request = format!("GET /moto-api/data.json HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let mut answer = Vec::new();
    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
    let _ = stream.write_all(request.as_bytes());
    let _ = stream.read_to_end(&mut answer);
    answer.starts_with(b"HTTP/1.1 200")
}
