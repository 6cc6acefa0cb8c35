//! Keeps ONNX Runtime from reporting to its maker.
//!
//! From 1.29 on its official builds count usage, keep a device id under the home folder and send both out, on by default.
//! The API's own switch comes too late: the id is written when the environment is made. Only the variable
//! `ORT_DISABLE_TELEMETRY` in the process environment prevents it, so the runtime is never loaded without that.

/// The variable that ONNX Runtime looks for.
const VARIABLE: &str = "ORT_DISABLE_TELEMETRY";

/// Sets the variable that keeps ONNX Runtime silent, where it is not set already. Programs call this first in `main`:
/// changing the environment is only sound before there are other threads, so with more than one nothing is done. Answers
/// whether the runtime may be loaded.
#[expect(
    unsafe_code,
    reason = "the C library reads this variable from the process environment and nowhere else"
)]
pub fn forbid_runtime_telemetry() -> bool {
    if is_forbidden() {
        return true;
    }
    if !is_the_only_thread() {
        return false;
    }
    // SAFETY: no other thread exists that could read or write the environment meanwhile.
    unsafe { std::env::set_var(VARIABLE, "1") };
    true
}

/// Whether the runtime will stay silent. It takes `1` and `true`; so do we, and nothing that it might not understand.
#[expect(
    clippy::disallowed_methods,
    reason = "not a setting of ours: what the C library will see is what counts"
)]
pub(super) fn is_forbidden() -> bool {
    std::env::var_os(VARIABLE).is_some_and(|value| value == "1" || value == "true")
}

/// Elsewhere than on Linux this cannot be told, and `setenv` takes a lock there.
fn is_the_only_thread() -> bool {
    match std::fs::read_dir("/proc/self/task") {
        Ok(threads) => threads.count() == 1,
        Err(_) => !cfg!(target_os = "linux"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beside_other_threads_the_environment_is_left_alone() {
        let before = is_forbidden();
        let (stop, waiting) = std::sync::mpsc::channel::<()>();
        let other = std::thread::spawn(move || waiting.recv());
        assert_eq!(forbid_runtime_telemetry(), before);
        drop(stop);
        other.join().unwrap().unwrap_err();
    }
}
