//! Files made to hurt, built here: each ends with text or with a reason, in bounded processor time, and twice as much of the
//! same costs about twice as much.

mod growth;
mod office;
mod text;

use std::time::Duration;

use hiring_core::reading::{ReadFailure, ReadResume};
use rustix::time::{ClockId, clock_gettime};

use crate::invariants::check;
use crate::read_bytes;

/// Most processor time of one file: the sandbox allows a build that is some ten times faster five seconds.
const MOST_TIME: Duration = Duration::from_secs(30);

/// Processor time of this thread, which a busy machine does not change.
pub fn spent() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap())
}

/// Reads a hostile file and holds the answer to what every answer promises.
pub fn read(what: &str, bytes: &[u8]) -> Result<ReadResume, ReadFailure> {
    let before = spent();
    let answer = read_bytes(bytes);
    let time = spent() - before;
    assert!(time < MOST_TIME, "{what}: {time:?}");
    if let Ok(answer) = &answer {
        check(answer);
    }
    answer
}

/// The text of a hostile file that can be read.
pub fn text(what: &str, bytes: &[u8]) -> String {
    match read(what, bytes) {
        Ok(answer) => answer.visible_text,
        Err(failure) => panic!("{what}: {}", failure.code()),
    }
}

/// Why a hostile file cannot be read.
pub fn reason(what: &str, bytes: &[u8]) -> ReadFailure {
    match read(what, bytes) {
        Ok(answer) => panic!("{what} was read: {:.200}", answer.visible_text),
        Err(failure) => failure,
    }
}
