//! `cron.yaml`, compiled in: which task at which minutes.

use chrono::{DateTime, Utc};
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use serde::Deserialize;

/// The file that Elastic Beanstalk reads too.
const FILE: &str = include_str!("../../../cron.yaml");

/// What a periodic task does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Remove what has had its day.
    Cleanup,
    /// Write the reports about the day before.
    Reports,
    /// Look whether the newest database dump is young enough.
    Backups,
}

impl Work {
    /// All of it.
    pub const ALL: [Self; 3] = [Self::Cleanup, Self::Reports, Self::Backups];

    /// The path that the daemon posts to.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Cleanup => "/worker/cleanup-sessions",
            Self::Reports => "/worker/generate-reports",
            Self::Backups => "/worker/check-backups",
        }
    }
}

/// One entry of the file.
#[derive(Debug, Clone)]
pub struct Periodic {
    /// `X-Aws-Sqsd-Taskname`, and the name of its ticks.
    pub name: String,
    /// What it does.
    pub work: Work,
    minutes: Cron,
}

/// The file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ScheduleError {
    /// It is not the YAML that Elastic Beanstalk documents.
    #[error("cron.yaml cannot be read: {0}")]
    File(String),
    /// An entry's times make no sense.
    #[error("cron.yaml: the schedule of `{name}` cannot be used: {problem}")]
    Schedule {
        /// The entry.
        name: String,
        /// What is wrong.
        problem: String,
    },
    /// An entry's path is not one of the door's.
    #[error("cron.yaml: `{name}` has a url that the worker does not know: {url}")]
    Url {
        /// The entry.
        name: String,
        /// Its path.
        url: String,
    },
    /// Two entries have one name or one path, so their ticks could not be told apart.
    #[error("cron.yaml: `{0}` stands there twice")]
    Twice(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u8,
    cron: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    url: String,
    schedule: String,
}

/// The periodic tasks of this program.
///
/// # Errors
/// [`ScheduleError`]: a defect of the file, which a test of its own looks for.
pub fn compiled() -> Result<Vec<Periodic>, ScheduleError> {
    read(FILE)
}

fn read(text: &str) -> Result<Vec<Periodic>, ScheduleError> {
    let file: File = serde_saphyr::from_str(text).map_err(|error| ScheduleError::File(error.to_string()))?;
    if file.version != 1 {
        return Err(ScheduleError::File(format!(
            "version {} is not known",
            file.version
        )));
    }
    let mut all: Vec<Periodic> = Vec::new();
    for entry in file.cron {
        let periodic = periodic(entry)?;
        if all
            .iter()
            .any(|other| other.name == periodic.name || other.work == periodic.work)
        {
            return Err(ScheduleError::Twice(periodic.name));
        }
        all.push(periodic);
    }
    Ok(all)
}

fn periodic(entry: Entry) -> Result<Periodic, ScheduleError> {
    let Entry { name, url, schedule } = entry;
    let Some(work) = Work::ALL.into_iter().find(|work| work.path() == url) else {
        return Err(ScheduleError::Url { name, url });
    };
    // Five fields and the whole minute, as the daemon has it.
    let parser = CronParser::builder()
        .seconds(Seconds::Disallowed)
        .year(Year::Disallowed)
        .build();
    match parser.parse(&schedule) {
        Ok(minutes) => Ok(Periodic { name, work, minutes }),
        Err(error) => Err(ScheduleError::Schedule {
            name,
            problem: error.to_string(),
        }),
    }
}

impl Periodic {
    /// The newest tick at or before `now`; none where the schedule has none, such as on 30 February.
    #[must_use]
    pub fn newest(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.minutes.find_previous_occurrence(&now, true).ok()
    }

    /// Whether the schedule has this minute.
    #[must_use]
    pub fn has(&self, minute: DateTime<Utc>) -> bool {
        self.minutes.is_time_matching(&minute).unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn entry(name: &str, schedule: &str) -> Periodic {
        let text = format!(
            "version: 1\ncron:\n - name: {name}\n   url: /worker/check-backups\n   schedule: \"{schedule}\"\n"
        );
        read(&text).unwrap().remove(0)
    }

    #[test]
    fn the_file_has_what_was_agreed() {
        let all = compiled().unwrap();
        let newest = |work: Work, now: &str| {
            let periodic = all.iter().find(|periodic| periodic.work == work).unwrap();
            periodic.newest(at(now)).unwrap()
        };
        assert_eq!(all.len(), Work::ALL.len());
        let evening = "2026-03-01T23:59:59Z";
        assert_eq!(newest(Work::Cleanup, evening), at("2026-03-01T18:00:00Z"));
        assert_eq!(newest(Work::Reports, evening), at("2026-03-01T02:00:00Z"));
        assert_eq!(newest(Work::Backups, evening), at("2026-03-01T18:30:00Z"));
        assert_eq!(
            newest(Work::Reports, "2026-03-01T01:59:59Z"),
            at("2026-02-28T02:00:00Z")
        );
        // At the minute itself it is due.
        assert_eq!(
            newest(Work::Cleanup, "2026-03-01T06:00:00Z"),
            at("2026-03-01T06:00:00Z")
        );
    }

    #[test]
    fn what_the_worker_could_not_run_is_refused_with_its_name() {
        let told = |text: &str| read(text).unwrap_err().to_string();
        let one = |url: &str, schedule: &str| {
            format!("version: 1\ncron:\n - name: mine\n   url: {url}\n   schedule: \"{schedule}\"\n")
        };
        assert!(told(&one("/worker/unknown", "* * * * *")).contains("/worker/unknown"));
        for schedule in ["* * * *", "* * * * * *", "61 * * * *", "words"] {
            assert!(
                told(&one("/worker/check-backups", schedule)).contains("mine"),
                "{schedule}"
            );
        }
        let twice = one("/worker/check-backups", "* * * * *");
        let second = twice.split_once("cron:\n").unwrap().1;
        assert!(told(&format!("{twice}{second}")).contains("twice"));
        assert!(told("version: 2\ncron: []\n").contains("version 2"));
    }

    #[test]
    fn only_whole_minutes_of_the_schedule_match() {
        let backups = entry("b", "30 */6 * * *");
        assert!(backups.has(at("2026-03-01T06:30:00Z")));
        assert!(!backups.has(at("2026-03-01T06:30:01Z")));
        assert!(!backups.has(at("2026-03-01T07:30:00Z")));
    }

    proptest! {
        /// Against counting minutes by hand.
        #[test]
        fn the_newest_tick_is_the_last_matching_minute(
            minute in 0_u32..60, hour in 0_u32..24, step in 1_u32..12, second in 0_i64..86_400 * 700,
        ) {
            let periodic = entry("any", &format!("{minute} {hour}-23/{step} * * *"));
            let now = at("2026-01-01T00:00:00Z") + chrono::TimeDelta::seconds(second);
            let mut by_hand = now - chrono::TimeDelta::seconds(second % 60);
            let matches = |time: DateTime<Utc>| {
                use chrono::Timelike;
                time.minute() == minute && time.hour() >= hour && (time.hour() - hour).is_multiple_of(step)
            };
            while !matches(by_hand) {
                by_hand -= chrono::TimeDelta::minutes(1);
            }
            prop_assert_eq!(periodic.newest(now), Some(by_hand));
            prop_assert!(periodic.has(by_hand));
        }
    }
}
