//! Processes that are started, killed, frozen and woken.

use std::collections::HashMap;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

/// What every process of one run is told by its environment.
pub type Variables = HashMap<String, String>;

pub fn variables<const N: usize>(pairs: [(&str, String); N]) -> Variables {
    pairs.map(|(name, value)| (name.to_owned(), value)).into()
}

pub fn signal(child: &Child, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    // It may have ended by itself a moment ago.
    let _ = kill_process(pid, signal);
}

/// `kill -9`, and waits for the end.
pub fn kill(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// Starts this very program as a process that plays a role; see [`crate::child`].
pub fn spawn(role: &str, name: &str, variables: &Variables) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([crate::child::TEST, "--exact", "--nocapture", "--test-threads=1"])
        .envs(variables)
        .env("CHAOS_ROLE", role)
        .env("CHAOS_NAME", name)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    if let Some(log) = variables.get("CHAOS_LOG") {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(log)
            .unwrap();
        command.stderr(log);
    }
    command.spawn().unwrap()
}

/// Processes of one role. One that ends is started again, under another name.
pub struct Fleet {
    role: &'static str,
    variables: Variables,
    members: Vec<Child>,
    started: usize,
    /// Members that ended by themselves, badly.
    pub crashes: usize,
}

impl Fleet {
    pub fn start(role: &'static str, count: usize, variables: &Variables) -> Self {
        let mut fleet = Self {
            role,
            variables: variables.clone(),
            members: Vec::new(),
            started: 0,
            crashes: 0,
        };
        for _ in 0..count {
            let member = fleet.another();
            fleet.members.push(member);
        }
        fleet
    }

    fn another(&mut self) -> Child {
        self.started += 1;
        let mut variables = self.variables.clone();
        let seed: u64 = variables
            .get("CHAOS_SEED")
            .map_or(0, |seed| seed.parse().unwrap());
        let own = seed.wrapping_add(self.started as u64).to_string();
        variables.insert("CHAOS_SEED".to_owned(), own);
        let team = variables.get("CHAOS_TEAM").map_or(self.role, String::as_str);
        spawn(self.role, &format!("{team}-{}", self.started), &variables)
    }

    pub const fn len(&self) -> usize {
        self.members.len()
    }

    /// `kill -9` of one, and another in its place.
    pub fn kill(&mut self, number: usize) {
        kill(&mut self.members[number]);
        self.members[number] = self.another();
    }

    pub fn signal(&self, number: usize, how: Signal) {
        signal(&self.members[number], how);
    }

    /// Starts others in place of those that ended by themselves.
    pub fn revive(&mut self) {
        for number in 0..self.members.len() {
            if let Some(status) = self.members[number].try_wait().unwrap() {
                self.crashes += usize::from(!status.success());
                self.members[number] = self.another();
            }
        }
    }

    /// Asks all to stop, and answers their exit codes.
    pub fn stop(&mut self) -> Vec<Option<i32>> {
        for member in &self.members {
            signal(member, Signal::TERM);
        }
        self.members
            .drain(..)
            .map(|mut member| member.wait().unwrap().code())
            .collect()
    }

    /// Waits for all to end by themselves, and answers their exit codes.
    pub fn wait(&mut self) -> Vec<Option<i32>> {
        self.members
            .drain(..)
            .map(|mut member| member.wait().unwrap().code())
            .collect()
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        for member in &mut self.members {
            kill(member);
        }
    }
}
