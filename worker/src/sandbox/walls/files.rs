//! Landlock: which files can be opened at all. The network and signals go with them where the kernel knows how.

use std::io;
use std::path::PathBuf;

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, RestrictionStatus, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetStatus, Scope, path_beneath_rules,
};

use super::Landlock;

/// The newest set of rights that is asked for; an older kernel enforces those that it knows.
const RIGHTS: ABI = ABI::V6;

/// Where programs and libraries of a system lie, with the fonts and the languages that they need. Nothing below is written by
/// the product, and nothing of it is secret.
const SYSTEM: [&str; 11] = [
    "/usr",
    "/lib",
    "/lib64",
    "/bin",
    "/nix/store",
    "/etc/ld.so.cache",
    "/etc/alternatives",
    "/etc/fonts",
    "/var/cache/fontconfig",
    "/dev/null",
    "/dev/urandom",
];

pub(super) fn allow_none() -> io::Result<Landlock> {
    status(rights().and_then(|ruleset| ruleset.create()?.restrict_self()))
}

pub(super) fn allow_reading_the_system(also: &[PathBuf]) -> io::Result<Landlock> {
    let system = SYSTEM.iter().map(PathBuf::from).chain(also.iter().cloned());
    status(rights().and_then(|ruleset| {
        ruleset
            .create()?
            .add_rules(path_beneath_rules(system, AccessFs::from_read(RIGHTS)))?
            .restrict_self()
    }))
}

fn rights() -> Result<Ruleset, landlock::RulesetError> {
    Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(RIGHTS))?
        .handle_access(AccessNet::from_all(RIGHTS))?
        .scope(Scope::from_all(RIGHTS))
}

fn status(outcome: Result<RestrictionStatus, landlock::RulesetError>) -> io::Result<Landlock> {
    match outcome.map_err(io::Error::other)?.ruleset {
        RulesetStatus::FullyEnforced => Ok(Landlock::Full),
        RulesetStatus::PartiallyEnforced => Ok(Landlock::Partial),
        RulesetStatus::NotEnforced => Ok(Landlock::Missing),
    }
}
