//! A server that speaks OpenAI's chat completions and embeddings and answers by script, faults included.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What the server does with one request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// A completion with this text, 100 tokens of question and 50 of answer.
    Text(String),
    /// These vectors, in their order.
    Vectors(Vec<Vec<f32>>),
    /// A status with a body, and `Retry-After` in seconds.
    Status(u16, Option<u32>, String),
    /// Waits first.
    Slow(Duration, Box<Reply>),
    /// Announces a long body, sends the half of it and closes.
    Cut,
    /// Status 200 with a body that is no JSON.
    Garbage,
    /// Status 200 with so many bytes of JSON; announced, or without a length.
    Huge(usize, bool),
    /// A whole body of one's own.
    Raw(Value),
}

impl Reply {
    /// A completion with this JSON as its text.
    #[must_use]
    pub fn json(answer: &Value) -> Self {
        Self::Text(answer.to_string())
    }

    /// The same, later.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self::Slow(delay, Box::new(self))
    }
}

/// One request that arrived.
#[derive(Debug, Clone)]
pub struct Asked {
    /// From 1.
    pub number: usize,
    /// What is asked for, below the base URL: `/chat/completions` or `/embeddings`.
    pub path: String,
    /// The `Authorization` header.
    pub authorization: String,
    /// The `traceparent` header.
    pub traceparent: String,
    /// The body.
    pub body: Value,
}

impl Asked {
    /// What the user message says.
    #[must_use]
    pub fn user(&self) -> &str {
        self.body["messages"][1]["content"].as_str().unwrap_or_default()
    }

    /// The texts that are to become vectors.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        let texts = self.body["input"].as_array().map(Vec::as_slice);
        let text = |text: &Value| text.as_str().unwrap_or_default().to_owned();
        texts.unwrap_or_default().iter().map(text).collect()
    }

    /// The resume between the two lines with the code.
    #[must_use]
    pub fn resume(&self) -> String {
        let mut lines = self.user().lines();
        let line = lines.find(|line| is_code(line)).unwrap_or_default();
        lines
            .take_while(|other| *other != line)
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Ids and labels of the requirements.
    #[must_use]
    pub fn requirements(&self) -> Vec<(String, String)> {
        let lines = self.user().lines().take_while(|line| *line != "Resume:");
        lines
            .filter_map(|line| {
                let (id, rest) = line.split_once(" (")?;
                let (_, label) = rest.split_once("): ")?;
                id.starts_with('r').then(|| (id.to_owned(), label.to_owned()))
            })
            .collect()
    }
}

fn is_code(line: &str) -> bool {
    line.starts_with("=== ") && line.len() == 40
}

/// An answer of the right shape that says nothing.
#[must_use]
pub fn nothing() -> Value {
    json!({ "summary": "", "strengths": [], "gaps": [], "questions": [], "evidence": [] })
}

/// An answer that quotes this line for every requirement.
#[must_use]
pub fn quoting(asked: &Asked, line: &str) -> Value {
    let evidence: Vec<Value> = asked
        .requirements()
        .iter()
        .map(|(id, _)| json!({ "requirement": id, "quote": line }))
        .collect();
    json!({
        "summary": "The candidate has done work that matters here.",
        "strengths": [{ "text": "They say so themselves.", "quote": line }],
        "gaps": [],
        "questions": ["What did you do there?", "Why did you do it?", "What would you do otherwise?"],
        "evidence": evidence,
    })
}

type Script = Arc<dyn Fn(&Asked) -> Reply + Send + Sync>;

struct Shared {
    script: Mutex<Script>,
    requests: Mutex<Vec<Asked>>,
}

/// A server of one's own; it ends when it is dropped.
pub struct ModelServer {
    base_url: String,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

impl ModelServer {
    /// Starts a server that answers by this script.
    pub async fn start(script: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            script: Mutex::new(Arc::new(script)),
            requests: Mutex::default(),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self {
            base_url,
            shared,
            accepting,
        }
    }

    /// What `OPENAI_BASE_URL` is to be.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Answers otherwise from here on.
    pub fn script(&self, script: impl Fn(&Asked) -> Reply + Send + Sync + 'static) {
        *self.shared.script.lock().unwrap() = Arc::new(script);
    }

    /// Every request so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Asked> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// How many requests came so far.
    #[must_use]
    pub fn count(&self) -> usize {
        self.shared.requests.lock().unwrap().len()
    }

    /// Takes no more connections: the next ones are refused.
    pub async fn stop(&mut self) {
        self.accepting.abort();
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for ModelServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        // Whoever hangs up early is gone; that is what some tests are about.
        tokio::spawn(async move { serve(stream, &shared).await.unwrap_or_default() });
    }
}

async fn serve(mut stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let (head, body) = read(&mut stream).await?;
    let asked = {
        let mut requests = shared.requests.lock().unwrap();
        let asked = Asked {
            number: requests.len() + 1,
            path: path(&head),
            authorization: field(&head, "authorization"),
            traceparent: field(&head, "traceparent"),
            body: serde_json::from_slice(&body).unwrap_or_default(),
        };
        requests.push(asked.clone());
        asked
    };
    let script = Arc::clone(&shared.script.lock().unwrap());
    let mut reply = script(&asked);
    while let Reply::Slow(delay, then) = reply {
        tokio::time::sleep(delay).await;
        reply = *then;
    }
    stream.write_all(&written(reply, &asked)).await?;
    stream.shutdown().await
}

/// The value of a header field; empty without it.
fn field(head: &str, name: &str) -> String {
    let fields = head.lines().filter_map(|line| line.split_once(':'));
    let mut values = fields.filter(|(field, _)| field.eq_ignore_ascii_case(name));
    values
        .next()
        .map(|(_, value)| value.trim().to_owned())
        .unwrap_or_default()
}

/// The path of a request's first line, without the `/v1` of the base URL.
pub(crate) fn path(head: &str) -> String {
    let path = head.split(' ').nth(1).unwrap_or_default();
    path.strip_prefix("/v1").unwrap_or(path).to_owned()
}

pub(crate) async fn read(stream: &mut TcpStream) -> std::io::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut chunk = vec![0_u8; 16 * 1024];
    loop {
        let count = stream.read(&mut chunk).await?;
        if count == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&chunk[..count]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse::<usize>().ok())?
        });
        if bytes.len() >= end + 4 + length.unwrap_or_default() {
            return Ok((head, bytes.split_off(end + 4)));
        }
    }
}

fn written(reply: Reply, asked: &Asked) -> Vec<u8> {
    let ok = |body: String| response("200 OK", "", body.as_bytes());
    match reply {
        Reply::Text(text) => ok(completion(&text, asked).to_string()),
        Reply::Vectors(vectors) => ok(embedded(&vectors).to_string()),
        Reply::Raw(body) => ok(body.to_string()),
        Reply::Garbage => ok("<html>Bad gateway</html>".to_owned()),
        Reply::Status(status, pause, body) => {
            let pause = pause
                .map(|seconds| format!("retry-after: {seconds}\r\n"))
                .unwrap_or_default();
            response(&format!("{status} Scripted"), &pause, body.as_bytes())
        }
        Reply::Cut => {
            let whole = ok(completion("never read to its end", asked).to_string());
            whole[..whole.len() / 2].to_vec()
        }
        Reply::Huge(bytes, true) => ok(format!("\"{}\"", "x".repeat(bytes))),
        Reply::Huge(bytes, false) => {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n\"";
            [head.as_bytes(), "x".repeat(bytes).as_bytes(), b"\""].concat()
        }
        Reply::Slow(..) => unreachable!("unwrapped before"),
    }
}

fn completion(text: &str, asked: &Asked) -> Value {
    json!({
        "id": format!("scripted-{}", asked.number),
        "object": "chat.completion",
        "created": 0,
        "model": "scripted-1",
        "choices": [{ "index": 0, "message": { "role": "assistant", "content": text }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150 },
    })
}

fn embedded(vectors: &[Vec<f32>]) -> Value {
    let item = |(index, vector)| json!({ "object": "embedding", "index": index, "embedding": vector });
    let data: Vec<Value> = vectors.iter().enumerate().map(item).collect();
    json!({ "object": "list", "model": "scripted-1", "data": data, "usage": { "prompt_tokens": 10, "total_tokens": 10 } })
}

pub(crate) fn response(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n{headers}connection: close\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}
