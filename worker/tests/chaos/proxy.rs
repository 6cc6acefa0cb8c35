//! Stands between the processes and Valkey and treats rings badly: lost, doubled, late, out of order, cut off.
//!
//! Only pushes are touched, and each still gets the one number that it expects as its answer, so that the proxy need not
//! understand answers.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::random::Random;

/// How many rings met which fate.
#[derive(Debug, Default)]
pub struct Told {
    pub kept: AtomicUsize,
    pub dropped: AtomicUsize,
    pub doubled: AtomicUsize,
    pub late: AtomicUsize,
    pub overtaking: AtomicUsize,
    pub cut: AtomicUsize,
}

pub struct Proxy {
    port: u16,
    shared: Arc<Line>,
}

struct Line {
    upstream: u16,
    password: &'static str,
    mischief: AtomicBool,
    random: Mutex<Random>,
    waiting: AtomicUsize,
    told: Told,
}

impl Proxy {
    /// Listens, and passes on to a server on this machine.
    pub async fn start(upstream: u16, password: &'static str, seed: u64) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Line {
            upstream,
            password,
            mischief: AtomicBool::new(true),
            random: Mutex::new(Random::seeded(seed)),
            waiting: AtomicUsize::new(0),
            told: Told::default(),
        });
        let line = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let line = Arc::clone(&line);
                tokio::spawn(async move {
                    // A connection that breaks is one of the things that happen.
                    let _ = line.pass(client).await;
                });
            }
        });
        Self { port, shared }
    }

    pub fn url(&self) -> String {
        format!("redis://:{}@127.0.0.1:{}/0", self.shared.password, self.port)
    }

    /// Passes everything on as it comes from now on; late rings still arrive.
    pub fn behave(&self) {
        self.shared.mischief.store(false, Ordering::SeqCst);
    }

    /// Rings that are held back.
    pub fn waiting(&self) -> usize {
        self.shared.waiting.load(Ordering::SeqCst)
    }

    pub fn told(&self) -> &Told {
        &self.shared.told
    }
}

/// What becomes of one command.
enum Fate {
    Pass(Vec<u8>),
    Cut,
}

impl Line {
    async fn pass(self: Arc<Self>, client: TcpStream) -> std::io::Result<()> {
        let server = TcpStream::connect(("127.0.0.1", self.upstream)).await?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let (mut from_client, mut to_client) = client.into_split();
        let (mut from_server, mut to_server) = server.into_split();
        let answers = tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
        let mut buffer = Vec::new();
        let mut block = vec![0; 65_536];
        'connection: loop {
            let read = from_client.read(&mut block).await?;
            if read == 0 {
                break;
            }
            buffer.extend_from_slice(&block[..read]);
            let mut out = Vec::new();
            while let Some((length, words)) = command(&buffer) {
                match self.fate(&buffer[..length], &words) {
                    Fate::Pass(bytes) => out.extend(bytes),
                    Fate::Cut => break 'connection,
                }
                buffer.drain(..length);
            }
            to_server.write_all(&out).await?;
        }
        answers.abort();
        Ok(())
    }

    fn fate(self: &Arc<Self>, raw: &[u8], words: &[Vec<u8>]) -> Fate {
        let is_push = words.len() >= 3 && matches!(words[0].as_slice(), b"RPUSH" | b"LPUSH");
        if !is_push || !self.mischief.load(Ordering::SeqCst) {
            return Fate::Pass(raw.to_vec());
        }
        let mut kept: Vec<&[u8]> = Vec::new();
        for ring in &words[2..] {
            let (choice, delay) = {
                let mut random = self.random.lock().unwrap();
                (random.below(1_000), Duration::from_millis(random.below(1_500)))
            };
            let count = match choice {
                0..50 => &self.told.dropped,
                50..100 => {
                    kept.extend([ring.as_slice(), ring.as_slice()]);
                    &self.told.doubled
                }
                100..150 => {
                    self.later((words[1].clone(), ring.clone()), delay, "RPUSH");
                    &self.told.late
                }
                150..200 => {
                    self.later((words[1].clone(), ring.clone()), Duration::ZERO, "LPUSH");
                    &self.told.overtaking
                }
                200..201 => {
                    self.told.cut.fetch_add(1, Ordering::Relaxed);
                    return Fate::Cut;
                }
                _ => {
                    kept.push(ring);
                    &self.told.kept
                }
            };
            count.fetch_add(1, Ordering::Relaxed);
        }
        if kept.is_empty() {
            return Fate::Pass(encode(&[b"LLEN", &words[1]]));
        }
        let mut push: Vec<&[u8]> = vec![&words[0], &words[1]];
        push.extend(kept);
        Fate::Pass(encode(&push))
    }

    fn later(self: &Arc<Self>, (list, ring): (Vec<u8>, Vec<u8>), delay: Duration, how: &'static str) {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let line = Arc::clone(self);
        tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            // With nobody there it is lost: also one of the things that happen.
            let _ = line.push(&encode(&[how.as_bytes(), &list, &ring])).await;
            line.waiting.fetch_sub(1, Ordering::SeqCst);
        });
    }

    async fn push(&self, bytes: &[u8]) -> std::io::Result<()> {
        let mut server = TcpStream::connect(("127.0.0.1", self.upstream)).await?;
        server
            .write_all(&encode(&[b"AUTH", self.password.as_bytes()]))
            .await?;
        server.write_all(bytes).await?;
        // Until the second answer has begun.
        let mut answers = [0; 6];
        server.read_exact(&mut answers).await.map(drop)
    }
}

/// The first whole command in the buffer: its length in bytes, and its words.
fn command(buffer: &[u8]) -> Option<(usize, Vec<Vec<u8>>)> {
    let (mut at, count) = header(buffer, 0, b'*')?;
    let mut words = Vec::new();
    for _ in 0..count {
        let (start, length) = header(buffer, at, b'$')?;
        words.push(buffer.get(start..start + length)?.to_vec());
        at = start + length + 2;
    }
    (at <= buffer.len()).then_some((at, words))
}

/// A line such as `$12`: where the next byte is, and its number.
fn header(buffer: &[u8], at: usize, mark: u8) -> Option<(usize, usize)> {
    let rest = buffer.get(at..)?;
    let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
    assert_eq!(rest[0], mark, "a client sent something else than commands");
    let number = std::str::from_utf8(&rest[1..end]).unwrap().parse().unwrap();
    Some((at + end + 2, number))
}

fn encode(words: &[&[u8]]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        bytes.extend(format!("${}\r\n", word.len()).into_bytes());
        bytes.extend_from_slice(word);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

#[test]
fn commands_are_read_whole_however_they_arrive() {
    let bytes = [encode(&[b"RPUSH", b"{p}:0", b"a ring"]), encode(&[b"PING"])].concat();
    let (length, words) = command(&bytes).unwrap();
    assert_eq!(words, [b"RPUSH".to_vec(), b"{p}:0".to_vec(), b"a ring".to_vec()]);
    for cut in 0..length {
        assert!(command(&bytes[..cut]).is_none());
    }
    assert_eq!(command(&bytes[length..]).unwrap().1, [b"PING".to_vec()]);
}
