//! Buffered writing of log lines, so that a busy request path does not pay a system call a line.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// A buffer this full is written at once.
const BUFFER_BYTES: usize = 64 * 1024;
/// No line waits longer than this.
const FLUSH_EVERY: Duration = Duration::from_millis(200);

/// Where formatted lines go: collected, and written every 200 ms, every 64 KiB, and at once after a warning or an error.
#[derive(Clone)]
pub struct Sink {
    shared: Arc<Shared>,
}

struct Shared {
    buffer: Mutex<Buffer>,
    closing: Condvar,
}

struct Buffer {
    bytes: Vec<u8>,
    target: Box<dyn Write + Send>,
    closed: bool,
}

impl Buffer {
    fn flush(&mut self) {
        // A full disk must not stop the product, and there is nobody to tell.
        let _ = self
            .target
            .write_all(&self.bytes)
            .and_then(|()| self.target.flush());
        self.bytes.clear();
    }
}

/// Ends the flushing thread and writes what is left when dropped.
pub struct Flush {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Sink {
    /// A sink in front of `target`, and the handle that flushes it.
    ///
    /// # Errors
    /// The flushing thread cannot be started.
    pub fn start(target: impl Write + Send + 'static) -> io::Result<(Self, Flush)> {
        let bytes = Vec::with_capacity(BUFFER_BYTES);
        let buffer = Buffer {
            bytes,
            target: Box::new(target),
            closed: false,
        };
        let shared = Arc::new(Shared {
            buffer: Mutex::new(buffer),
            closing: Condvar::new(),
        });
        let for_thread = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("log-flush".into());
        let thread = thread.spawn(move || flush_regularly(&for_thread))?;
        let flush = Flush {
            shared: Arc::clone(&shared),
            thread: Some(thread),
        };
        Ok((Self { shared }, flush))
    }
}

fn flush_regularly(shared: &Shared) {
    let mut buffer = shared.buffer.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        if !buffer.bytes.is_empty() {
            buffer.flush();
        }
        if buffer.closed {
            return;
        }
        let waited = shared.closing.wait_timeout(buffer, FLUSH_EVERY);
        buffer = waited.unwrap_or_else(PoisonError::into_inner).0;
    }
}

impl Drop for Flush {
    fn drop(&mut self) {
        self.shared
            .buffer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .closed = true;
        self.shared.closing.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// One line on its way into the buffer.
pub struct Line<'a> {
    shared: &'a Shared,
    at_once: bool,
}

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut buffer = self.shared.buffer.lock().unwrap_or_else(PoisonError::into_inner);
        buffer.bytes.extend_from_slice(bytes);
        if self.at_once || buffer.closed || buffer.bytes.len() >= BUFFER_BYTES {
            buffer.flush();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Sink {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line {
            shared: &self.shared,
            at_once: false,
        }
    }

    fn make_writer_for(&'a self, metadata: &Metadata<'_>) -> Line<'a> {
        Line {
            shared: &self.shared,
            at_once: *metadata.level() <= Level::WARN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Default)]
    struct Target(Arc<Mutex<Vec<u8>>>);

    impl Write for Target {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_last_lines_are_written_when_the_program_ends() {
        let target = Target::default();
        let (sink, flush) = Sink::start(target.clone()).unwrap();
        writeln!(sink.make_writer(), "one").unwrap();
        writeln!(sink.make_writer(), "two").unwrap();
        drop(flush);
        writeln!(sink.make_writer(), "three").unwrap();
        assert_eq!(target.0.lock().unwrap().as_slice(), b"one\ntwo\nthree\n");
    }

    #[test]
    fn lines_of_many_threads_stay_whole() {
        let target = Target::default();
        let (sink, flush) = Sink::start(target.clone()).unwrap();
        std::thread::scope(|scope| {
            for letter in ["a", "b", "c", "d"] {
                let sink = &sink;
                scope.spawn(move || {
                    for _ in 0..2000 {
                        sink.make_writer()
                            .write_all(format!("{}\n", letter.repeat(40)).as_bytes())
                            .unwrap();
                    }
                });
            }
        });
        drop(flush);
        let bytes = target.0.lock().unwrap().clone();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text.lines().count(), 8000);
        assert!(
            text.lines()
                .all(|line| line.len() == 40 && line.bytes().all(|byte| line.starts_with(char::from(byte))))
        );
    }
}
