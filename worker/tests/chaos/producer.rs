//! What stands for the api: tasks are enqueued together with their row in the books, then rung, until the gate is closed.

use std::time::Duration;

use chrono::TimeDelta;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use hiring_core::ids::TaskId;
use hiring_core::task::{Priority, TaskKind};
use hiring_db::tasks::{EnqueueOptions, Enqueued, people};
use hiring_db::{Database, DbError};
use hiring_queue::Ringer;

use crate::mixture::{
    Crasher, Family, Flaky, Guardian, Hopeless, Leader, Only, Panicky, Patient, Quick, Slow,
};
use crate::random::Random;
use crate::{books, child};

/// Gate that ends production.
pub const ENOUGH: &str = "enough";

/// Live tasks above which producers wait, unless `CHAOS_MOST_LIVE` says otherwise.
const MOST_LIVE: u64 = 800;

struct Producer {
    database: Database,
    ringer: Ringer,
    random: Random,
    recent: Vec<TaskId>,
    hopeless: Vec<TaskId>,
}

pub async fn produce() -> i32 {
    let mut producer = Producer {
        database: Database::open(&child::database()),
        ringer: Ringer::open(&child::queue()).unwrap(),
        random: Random::seeded(child::number("CHAOS_SEED", 0)),
        recent: Vec::new(),
        hopeless: Vec::new(),
    };
    loop {
        match producer.turn().await {
            Ok(true) => return 0,
            Ok(false) => {}
            // Whatever was not committed was not accepted.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

impl Producer {
    /// Answers whether it is enough.
    async fn turn(&mut self) -> Result<bool, DbError> {
        if books::is_open(&self.database, ENOUGH).await? {
            return Ok(true);
        }
        let mut conn = self.database.connection().await?;
        let live: i64 = people::backlog(&mut conn)
            .await?
            .iter()
            .map(|row| row.count)
            .sum();
        if live > child::number("CHAOS_MOST_LIVE", MOST_LIVE).cast_signed() {
            drop(conn);
            tokio::time::sleep(Duration::from_millis(100)).await;
            return Ok(false);
        }
        let mut accepted = Vec::new();
        let held: &mut AsyncPgConnection = &mut conn;
        held.transaction(async |conn: &mut AsyncPgConnection| {
            for _ in 0..=self.random.below(20) {
                self.enqueue(conn, &mut accepted).await?;
            }
            Ok::<_, DbError>(())
        })
        .await?;
        drop(conn);
        self.remember(&accepted);
        // Now and then nobody rings, as when the process is killed between the commit and the ring.
        if !self.random.per_mille(30) {
            self.ringer.ring(&accepted).await;
        }
        if self.random.per_mille(300) {
            self.call_off().await?;
        }
        if self.random.per_mille(200) {
            self.redrive().await?;
        }
        tokio::time::sleep(Duration::from_millis(self.random.below(40))).await;
        Ok(false)
    }

    async fn enqueue(
        &mut self,
        conn: &mut AsyncPgConnection,
        accepted: &mut Vec<Enqueued>,
    ) -> Result<(), DbError> {
        let number = self.random.below(20);
        let mut options = EnqueueOptions {
            organization_id: Some(child::organization()),
            ..EnqueueOptions::default()
        };
        if self.random.per_mille(150) {
            options.delay = Some(TimeDelta::milliseconds(self.random.below(3_000).cast_signed()));
        }
        if self.random.per_mille(300) {
            options.priority = Some(*self.random.pick(&Priority::ALL));
        }
        let enqueued = match self.random.below(1_000) {
            0..3 => self.one(conn, &Crasher { number }, options).await,
            3..30 => self.one(conn, &Slow { number }, options).await,
            30..100 => self.one(conn, &Flaky { number }, options).await,
            100..150 => self.one(conn, &Hopeless { number }, options).await,
            150..170 => self.one(conn, &Panicky { number }, options).await,
            170..210 => self.one(conn, &Patient { number }, options).await,
            210..310 => {
                options.unique_key = Some(number.to_string());
                let enqueued = self.one(conn, &Only { number }, options).await;
                if let Ok(only) = &enqueued {
                    books::ask(conn, only.task_id).await?;
                }
                enqueued
            }
            310..360 => self.one(conn, &Leader { number }, options).await,
            360..370 => self.one(conn, &Family { number }, options).await,
            370..380 => self.guarded(conn, number, accepted).await,
            _ => self.one(conn, &Quick { number }, options).await,
        };
        accepted.push(enqueued?);
        Ok(())
    }

    /// A batch together with its children, some of which will fail.
    async fn guarded(
        &mut self,
        conn: &mut AsyncPgConnection,
        number: u64,
        accepted: &mut Vec<Enqueued>,
    ) -> Result<Enqueued, DbError> {
        let mut options = EnqueueOptions {
            organization_id: Some(child::organization()),
            ..EnqueueOptions::default()
        };
        let guardian = self.one(conn, &Guardian { number }, options.clone()).await?;
        options.parent = Some(guardian.task_id);
        for number in 0..number {
            let child = if self.random.per_mille(100) {
                self.one(conn, &Hopeless { number }, options.clone()).await?
            } else {
                self.one(conn, &Flaky { number }, options.clone()).await?
            };
            accepted.push(child);
        }
        Ok(guardian)
    }

    async fn one<K: TaskKind>(
        &self,
        conn: &mut AsyncPgConnection,
        payload: &K,
        options: EnqueueOptions,
    ) -> Result<Enqueued, DbError> {
        let enqueued = self.ringer.enqueue(conn, payload, options).await?;
        books::accept(conn, enqueued.task_id, K::KIND).await?;
        Ok(enqueued)
    }

    fn remember(&mut self, accepted: &[Enqueued]) {
        for task in accepted {
            let list = match task.kind.as_str() {
                Hopeless::KIND => &mut self.hopeless,
                Patient::KIND | Slow::KIND | Guardian::KIND => &mut self.recent,
                _ if self.random.per_mille(50) => &mut self.recent,
                _ => continue,
            };
            list.push(task.task_id);
        }
    }

    fn take(random: &mut Random, list: &mut Vec<TaskId>) -> Option<TaskId> {
        (!list.is_empty())
            .then(|| list.swap_remove(usize::try_from(random.below(list.len() as u64)).unwrap()))
    }

    async fn call_off(&mut self) -> Result<(), DbError> {
        let Some(id) = Self::take(&mut self.random, &mut self.recent) else {
            return Ok(());
        };
        let conn: &mut AsyncPgConnection = &mut *self.database.connection().await?;
        conn.transaction(async |conn: &mut AsyncPgConnection| {
            books::call_off(conn, id).await?;
            people::cancel(conn, child::organization(), id).await.map(drop)
        })
        .await
    }

    async fn redrive(&mut self) -> Result<(), DbError> {
        let Some(id) = Self::take(&mut self.random, &mut self.hopeless) else {
            return Ok(());
        };
        let mut conn = self.database.connection().await?;
        let held: &mut AsyncPgConnection = &mut conn;
        let redriven = held
            .transaction(async |conn: &mut AsyncPgConnection| {
                let redriven = people::retry_dead(conn, child::organization(), id).await?;
                if redriven.is_some() {
                    books::redrive(conn, id).await?;
                }
                Ok::<_, DbError>(redriven)
            })
            .await?;
        drop(conn);
        if let Some(redriven) = redriven {
            self.ringer.ring(&[redriven]).await;
        }
        Ok(())
    }
}
