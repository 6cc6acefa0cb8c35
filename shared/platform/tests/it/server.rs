//! A child process that serves HTTP on a port of its own and ends with the test.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const DEADLINE: Duration = Duration::from_secs(60);

/// `moto_server`, answering on `address`.
pub struct Moto {
    child: Child,
    pub address: SocketAddr,
}

impl Moto {
    pub fn start() -> Self {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let address = free_address();
            let mut command = Command::new(crate::setup::moto_server());
            command.args(["-H", "127.0.0.1", "-p", &address.port().to_string()]);
            command
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            let mut server = Self {
                child: command.spawn().expect("moto_server starts"),
                address,
            };
            // Another program may have taken the port meanwhile: then this one ends, and another port is tried.
            while server.child.try_wait().unwrap().is_none() {
                if answers(address) {
                    return server;
                }
                assert!(Instant::now() < deadline, "moto_server does not answer");
                std::thread::yield_now();
            }
            assert!(Instant::now() < deadline, "moto_server ends at once");
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address nobody listened on a moment ago.
pub fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .unwrap()
        .local_addr()
        .unwrap()
}

fn answers(address: SocketAddr) -> bool {
    TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_ok()
        && !get(address, "/moto-api/data.json").is_empty()
}

/// The whole answer to a GET, head included; empty when there was none.
pub fn get(address: SocketAddr, path: &str) -> String {
    let mut answer = Vec::new();
    if let Ok(mut stream) = TcpStream::connect(address) {
        let _ = write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        );
        let _ = stream.read_to_end(&mut answer);
    }
    String::from_utf8_lossy(&answer).into_owned()
}
