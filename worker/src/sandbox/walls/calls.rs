//! seccomp: what may be asked of the kernel.

use std::collections::BTreeMap;
use std::io;

use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch, apply_filter,
};

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// What a process needs that computes, reads and writes what is open already, and ends.
const COMPUTING: [c_long; 20] = [
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_sigaltstack,
    libc::SYS_getrandom,
    libc::SYS_clock_gettime,
    libc::SYS_sched_yield,
    libc::SYS_getpid,
    libc::SYS_gettid,
];

/// What only a process that is up to something asks for, be it the reader or a program.
const REACHING_OUT: [c_long; 47] = [
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_bind,
    libc::SYS_connect,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_clone,
    libc::SYS_clone3,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_kcmp,
    libc::SYS_move_pages,
    libc::SYS_migrate_pages,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_send_signal,
    libc::SYS_kill,
    libc::SYS_tkill,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_move_mount,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_open_tree,
    libc::SYS_mount_setattr,
    libc::SYS_fanotify_init,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_open_by_handle_at,
    libc::SYS_kexec_load,
];

/// What a program may ask for in good faith and does not get: memory and queues that others share, memory beyond its limit,
/// pages of files moved about without being read, names in folders watched, and what changes a file that is open or named.
/// Landlock lets most of it pass.
const CHANGING: [c_long; 31] = [
    libc::SYS_shmget,
    libc::SYS_shmat,
    libc::SYS_shmctl,
    libc::SYS_msgget,
    libc::SYS_msgsnd,
    libc::SYS_msgrcv,
    libc::SYS_msgctl,
    libc::SYS_semget,
    libc::SYS_semop,
    libc::SYS_semtimedop,
    libc::SYS_semctl,
    libc::SYS_mq_open,
    libc::SYS_mq_unlink,
    libc::SYS_memfd_create,
    libc::SYS_splice,
    libc::SYS_vmsplice,
    libc::SYS_tee,
    libc::SYS_inotify_add_watch,
    libc::SYS_truncate,
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    FCHMODAT2,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
    libc::SYS_removexattr,
    libc::SYS_lremovexattr,
    libc::SYS_fremovexattr,
    libc::SYS_utimensat,
];

/// `fchmodat2` of Linux 6.6, the same number on every architecture.
const FCHMODAT2: c_long = 452;

/// How a process is run, its own or another's: the first argument tells whose.
const SCHEDULING: [c_long; 4] = [
    libc::SYS_sched_setscheduler,
    libc::SYS_sched_setparam,
    libc::SYS_sched_setattr,
    libc::SYS_sched_setaffinity,
];

/// `F_SETOWN`, `F_SETSIG` and `F_SETOWN_EX`: the kernel sends any signal to any process of the user in the name of a file.
const SIGNALS_OF_FILES: [u64; 3] = [8, 10, 15];

/// `IOPRIO_WHO_PROCESS`.
const ONE_PROCESS: u64 = 1;

/// Everything but [`COMPUTING`] is refused, so that a C library of another version is told no and goes on; what is never asked
/// for in good faith ends the process with SIGSYS. Memory can be had, but none that can be executed.
pub(super) fn allow_computing() -> io::Result<bool> {
    let mut allowed = named(&COMPUTING);
    let not_executable = || rule(2, SeccompCmpOp::MaskedEq(libc::PROT_EXEC as u64), 0);
    allowed.insert(libc::SYS_mmap, vec![not_executable()?]);
    allowed.insert(libc::SYS_mprotect, vec![not_executable()?]);
    // What abort() does to the process itself.
    let own = u64::from(std::process::id());
    allowed.insert(libc::SYS_tgkill, vec![rule(0, SeccompCmpOp::Eq, own)?]);
    let mut deadly = named(&REACHING_OUT);
    deadly.extend(named(&[libc::SYS_execve, libc::SYS_execveat]));
    deadly.extend(named(&OLD_FORKS));
    // In this order, because the stricter filter lets no other be installed after it.
    Ok(install(deadly, SeccompAction::Allow, SeccompAction::KillProcess)?
        && install(allowed, refuse(), SeccompAction::Allow)?)
}

/// No network, no other process, no change to what lies on disk. Opening files is left to Landlock, and programs are free in
/// what they do alone.
pub(super) fn deny_reaching_out() -> io::Result<bool> {
    let mut denied = named(&REACHING_OUT);
    denied.extend(named(&CHANGING));
    denied.extend(named(&OLD_FORKS));
    denied.extend(named(&OLD_CHANGES));
    let own = u64::from(std::process::id());
    denied.insert(libc::SYS_tgkill, vec![rule(0, SeccompCmpOp::Ne, own)?]);
    // 0 is the process itself.
    let another = |argument| {
        let named = condition(argument, SeccompCmpOp::Ne, 0)?;
        all_of(vec![condition(argument, SeccompCmpOp::Ne, own)?, named])
    };
    denied.insert(libc::SYS_prlimit64, vec![another(0)?]);
    for call in SCHEDULING {
        denied.insert(call, vec![another(0)?]);
    }
    for (call, process) in [
        (libc::SYS_setpriority, libc::PRIO_PROCESS as u64),
        (libc::SYS_ioprio_set, ONE_PROCESS),
    ] {
        denied.insert(call, vec![rule(0, SeccompCmpOp::Ne, process)?, another(1)?]);
    }
    let signals = SIGNALS_OF_FILES.map(|command| rule(1, SeccompCmpOp::Eq, command));
    let signals = signals.into_iter().collect::<io::Result<_>>()?;
    denied.insert(libc::SYS_fcntl, signals);
    Ok(install(denied, SeccompAction::Allow, refuse())? && deny_the_second_table()?)
}

/// The processor's older sibling has two tables of calls: numbers with this bit lead to the second, which programs of the
/// first have no use for and filters by number do not see.
#[cfg(target_arch = "x86_64")]
fn deny_the_second_table() -> io::Result<bool> {
    const SECOND_TABLE: u32 = 0x4000_0000;
    let step = |code: u32, jump_else: u8, k: u32| seccompiler::sock_filter {
        code: code as u16,
        jt: 0,
        jf: jump_else,
        k,
    };
    // The number of the call is the first word of what a filter sees.
    let filter = [
        step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0),
        step(libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K, 1, SECOND_TABLE),
        step(
            libc::BPF_RET | libc::BPF_K,
            0,
            libc::SECCOMP_RET_ERRNO | libc::EPERM as u32,
        ),
        step(libc::BPF_RET | libc::BPF_K, 0, libc::SECCOMP_RET_ALLOW),
    ];
    applied(&filter)
}

#[cfg(not(target_arch = "x86_64"))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "on another architecture the kernel can refuse"
)]
fn deny_the_second_table() -> io::Result<bool> {
    Ok(true)
}

fn refuse() -> SeccompAction {
    SeccompAction::Errno(libc::EPERM as u32)
}

fn named(calls: &[c_long]) -> Rules {
    calls.iter().map(|call| (*call, Vec::new())).collect()
}

/// Calls that only the older architecture still has.
#[cfg(target_arch = "x86_64")]
const OLD_FORKS: [c_long; 2] = [libc::SYS_fork, libc::SYS_vfork];
#[cfg(not(target_arch = "x86_64"))]
const OLD_FORKS: [c_long; 0] = [];

/// Changes to files that only the older architecture still has a call for.
#[cfg(target_arch = "x86_64")]
const OLD_CHANGES: [c_long; 6] = [
    libc::SYS_chmod,
    libc::SYS_chown,
    libc::SYS_lchown,
    libc::SYS_utime,
    libc::SYS_utimes,
    libc::SYS_futimesat,
];
#[cfg(not(target_arch = "x86_64"))]
const OLD_CHANGES: [c_long; 0] = [];

fn rule(argument: u8, comparison: SeccompCmpOp, value: u64) -> io::Result<SeccompRule> {
    all_of(vec![condition(argument, comparison, value)?])
}

fn all_of(conditions: Vec<SeccompCondition>) -> io::Result<SeccompRule> {
    SeccompRule::new(conditions).map_err(io::Error::other)
}

fn condition(argument: u8, comparison: SeccompCmpOp, value: u64) -> io::Result<SeccompCondition> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, comparison, value).map_err(io::Error::other)
}

/// `false` when the kernel or the architecture has no such filters.
fn install(rules: Rules, otherwise: SeccompAction, matching: SeccompAction) -> io::Result<bool> {
    let Ok(architecture) = TargetArch::try_from(std::env::consts::ARCH) else {
        return Ok(false);
    };
    let program: BpfProgram = SeccompFilter::new(rules, otherwise, matching, architecture)
        .and_then(TryInto::try_into)
        .map_err(io::Error::other)?;
    applied(&program)
}

fn applied(program: &[seccompiler::sock_filter]) -> io::Result<bool> {
    match apply_filter(program) {
        Ok(()) => Ok(true),
        Err(seccompiler::Error::Seccomp(error))
            if matches!(error.raw_os_error(), Some(libc::ENOSYS | libc::EINVAL)) =>
        {
            Ok(false)
        }
        Err(error) => Err(io::Error::other(error)),
    }
}
