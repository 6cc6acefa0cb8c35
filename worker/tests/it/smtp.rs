//! A mail server of one's own: aiosmtpd, as `script/lib/mock_smtp.py` runs it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use hiring_testkit::{env, eventually};
use serde_json::Value;

/// What the server is told at its start, besides its directory.
#[derive(Default)]
pub struct Options<'a> {
    pub port: u16,
    pub arguments: Vec<&'a str>,
}

/// A running mail server; ends with the test.
pub struct SmtpServer {
    child: Child,
    folder: tempfile::TempDir,
    pub port: u16,
}

/// A mail that the server kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    pub recipients: Vec<String>,
    pub encrypted: bool,
    pub user: Option<String>,
    pub content: String,
}

impl Kept {
    /// The value of a header that has one line.
    pub fn header(&self, name: &str) -> &str {
        let line = self
            .content
            .lines()
            .find(|line| line.starts_with(&format!("{name}: ")));
        line.map_or("", |line| &line[name.len() + 2..])
    }
}

impl SmtpServer {
    pub fn start(options: &Options<'_>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(env::require(&["SMTP_SERVER"]))
            .arg(folder.path())
            .args(["--port", &options.port.to_string()])
            .args(&options.arguments)
            // It ends when this pipe does, however the test ends.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the mail server starts");
        let mut line = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        lines.read_line(&mut line).unwrap();
        let port = line.trim().strip_prefix("PORT ").expect("a port").parse();
        Self {
            child,
            folder,
            port: port.unwrap(),
        }
    }

    /// One that accepts everything, without encryption.
    pub fn plain() -> Self {
        Self::start(&Options::default())
    }

    /// How it treats mail from here on; see `script/lib/mock_smtp.py`.
    pub fn behave(&self, behaviour: &str) {
        let draft = self.folder.path().join("behaviour-draft");
        std::fs::write(&draft, behaviour).unwrap();
        std::fs::rename(draft, self.folder.path().join("behaviour")).unwrap();
    }

    /// Lets a slow server answer.
    pub fn go_on(&self) {
        std::fs::write(self.folder.path().join("go-on"), "").unwrap();
    }

    /// What was kept, in order.
    pub fn kept(&self) -> Vec<Kept> {
        let read = |path: PathBuf| {
            let mail: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
            let text = |value: &Value| value.as_str().map(str::to_owned);
            Kept {
                recipients: mail["recipients"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter_map(text)
                    .collect(),
                encrypted: mail["encrypted"] == true,
                user: text(&mail["user"]),
                content: text(&mail["content"]).unwrap(),
            }
        };
        self.files("mail-").into_iter().map(read).collect()
    }

    /// How many messages were handed over, whatever became of them.
    pub fn tries(&self) -> usize {
        self.files("try-").len()
    }

    /// Waits until the server has been told something and holds its answer back.
    pub async fn until_waiting(&self) {
        let there = || async { (!self.files("waiting").is_empty()).then_some(()) };
        eventually("the mail server to hold its answer back", there).await;
    }

    fn files(&self, prefix: &str) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| name(path).starts_with(prefix));
        files.sort();
        files
    }
}

fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A certificate that says it is 127.0.0.1, and its key, as PEM files in a folder.
pub fn certificate(folder: &Path) -> (PathBuf, PathBuf) {
    let signed = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    std::fs::write(&certificate, signed.cert.pem()).unwrap();
    std::fs::write(&key, signed.signing_key.serialize_pem()).unwrap();
    (certificate, key)
}
