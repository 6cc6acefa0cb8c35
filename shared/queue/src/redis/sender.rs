//! Commands on pooled connections, each sent to the node that takes it now.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::join_all;
use hiring_core::task::Queue;
use redis::{Cmd, ErrorKind, RedisError, RedisResult, ServerErrorKind, Value};
use tokio::time::Instant;

use super::directory::Directory;
use super::inquiry::Node;
use super::pools::{Pools, is_read_only};
use crate::QueueError;

/// After a failure nobody waits for Redis again for this long: uploads stay fast while it is away.
const COOL_DOWN: Duration = Duration::from_millis(500);

/// How often commands are sent, the first time included: to where the queue was known to be, to where it is, and once more for
/// a hash slot that is on its way.
const ROUNDS: usize = 3;

/// Sends commands wherever they belong.
pub(super) struct Sender {
    directory: Arc<Directory>,
    pools: Pools,
    quiet: Mutex<Quiet>,
}

/// Who is not to be waited for, until when.
#[derive(Default)]
struct Quiet {
    all: Option<Instant>,
    nodes: HashMap<Node, Instant>,
}

/// What commands came to: an answer for each that was carried out, and the last error.
pub(super) struct Answers {
    pub(super) values: Vec<Option<Value>>,
    pub(super) error: Option<QueueError>,
}

/// A command that is still to be carried out, and the node that must be asked although the queue lives elsewhere.
struct Left {
    index: usize,
    ask: Option<Node>,
}

/// How commands are sent.
#[derive(Clone, Copy)]
pub(super) struct Manner {
    /// Longest wait for one node.
    pub(super) patience: Duration,
    /// Whether nodes that failed a moment ago are passed over.
    pub(super) passes_over: bool,
}

impl Sender {
    /// Prepares the pools; they connect when first used.
    pub(super) fn new(directory: Arc<Directory>, pool_size: u32) -> Self {
        Self {
            pools: Pools::new(Arc::clone(&directory), pool_size),
            directory,
            quiet: Mutex::default(),
        }
    }

    /// Whether all of Redis failed a moment ago.
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
            .lock()
            .is_ok_and(|quiet| quiet.all.is_some_and(|until| until > Instant::now()))
    }

    fn is_spared(&self, node: &Node) -> bool {
        self.quiet
            .lock()
            .is_ok_and(|quiet| quiet.nodes.get(node).is_some_and(|until| *until > Instant::now()))
    }

    /// Notes that ringing failed; whether that is worth a line in the log, which it is once in a while.
    pub(super) fn hush(&self) -> bool {
        let now = Instant::now();
        let Ok(mut quiet) = self.quiet.lock() else {
            return false;
        };
        if quiet.all.is_some_and(|until| until > now) {
            return false;
        }
        quiet.all = Some(now + COOL_DOWN);
        true
    }

    /// Lets nobody wait for a node for a moment.
    fn spare(&self, node: &Node) {
        if let Ok(mut quiet) = self.quiet.lock() {
            let now = Instant::now();
            quiet.nodes.retain(|_, until| *until > now);
            quiet.nodes.insert(node.clone(), now + COOL_DOWN);
        }
    }

    /// Runs commands, each on its queue's node: all of one node in one go, all nodes at once.
    pub(super) async fn run(&self, commands: Vec<(Queue, Cmd)>, manner: Manner) -> Answers {
        let mut answers = Answers {
            values: vec![None; commands.len()],
            error: None,
        };
        let mut left: Vec<Left> = (0..commands.len())
            .map(|index| Left { index, ask: None })
            .collect();
        for _ in 0..ROUNDS {
            let groups = self.group(&commands, left, (&mut answers, manner)).await;
            let running = groups.into_iter().map(|(node, group)| {
                let commands = &commands;
                async move {
                    let sent: Vec<(&Cmd, bool)> = group
                        .iter()
                        .filter_map(|left| Some((&commands.get(left.index)?.1, left.ask.is_some())))
                        .collect();
                    let answer = tokio::time::timeout(manner.patience, self.pools.run(&node, &sent)).await;
                    (node, group, answer.unwrap_or(Err(QueueError::Unreachable)))
                }
            });
            left = Vec::new();
            for (node, group, answer) in join_all(running).await {
                match answer {
                    Ok(values) => {
                        for (of, value) in group.into_iter().zip(values) {
                            let again = self.settle(&commands, (of, value), (&node, &mut answers));
                            left.extend(again);
                        }
                    }
                    Err(error) => {
                        self.leave(&node);
                        self.spare(&node);
                        answers.error = Some(error);
                        // Somebody else may have taken over; a single server has been tried enough.
                        if !self.directory.is_standalone() {
                            left.extend(group.into_iter().map(|of| Left { ask: None, ..of }));
                        }
                    }
                }
            }
            if left.is_empty() {
                return answers;
            }
        }
        answers
    }

    /// Sorts commands by the node that takes them. What nobody takes is left out.
    async fn group(
        &self,
        commands: &[(Queue, Cmd)],
        left: Vec<Left>,
        (answers, manner): (&mut Answers, Manner),
    ) -> HashMap<Node, Vec<Left>> {
        let mut groups: HashMap<Node, Vec<Left>> = HashMap::new();
        for of in left {
            let Some((queue, _)) = commands.get(of.index) else {
                continue;
            };
            let node = match of.ask.clone() {
                Some(node) => Ok(node),
                None => self.directory.node_of(*queue).await,
            };
            match node {
                Ok(node) if manner.passes_over && self.is_spared(&node) => {
                    answers.error.get_or_insert(QueueError::Unreachable);
                }
                Ok(node) => groups.entry(node).or_default().push(of),
                Err(error) => answers.error = Some(QueueError::Redis(error)),
            }
        }
        groups
    }

    /// Takes one command's answer; gives the command back if it is to be sent again.
    fn settle(
        &self,
        commands: &[(Queue, Cmd)],
        (of, value): (Left, RedisResult<Value>),
        (node, answers): (&Node, &mut Answers),
    ) -> Option<Left> {
        let error = match value {
            Ok(value) => {
                if let Some(place) = answers.values.get_mut(of.index) {
                    *place = Some(value);
                }
                return None;
            }
            Err(error) => error,
        };
        let redirected = Redirected::read(&error, node);
        if is_read_only(&error) {
            self.leave(node);
        }
        let again = match redirected {
            Some(Redirected::For(to)) => {
                let (queue, _) = commands.get(of.index)?;
                self.directory.learn(*queue, to);
                Some(Left { ask: None, ..of })
            }
            Some(Redirected::Once(to)) => Some(Left { ask: Some(to), ..of }),
            None if is_read_only(&error) => Some(Left { ask: None, ..of }),
            None => None,
        };
        answers.error = Some(QueueError::Redis(error));
        again
    }

    /// Drops a node's connections and asks anew who takes its commands.
    fn leave(&self, node: &Node) {
        self.pools.close(node);
        self.directory.forget();
    }
}

/// Where a node sends a client whose hash slot is not its own.
pub(crate) enum Redirected {
    /// `MOVED`: the slot lives there.
    For(Node),
    /// `ASK`: the slot is on its way there, and this key has gone ahead.
    Once(Node),
}

impl Redirected {
    pub(crate) fn read(error: &RedisError, asked: &Node) -> Option<Self> {
        let (address, _) = error.redirect_node()?;
        let node = Node::read(address, asked)?;
        Some(match error.kind() {
            ErrorKind::Server(ServerErrorKind::Ask) => Self::Once(node),
            _ => Self::For(node),
        })
    }
}
