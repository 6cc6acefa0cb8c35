//! How fast searches are answered, how many of the nearest the index finds, and how fast the plain query is.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use hiring_core::ids::OrgId;
use hiring_db::search::{self, QueryVector, Scan, Words};
use hiring_platform::embeddings::LazyEmbedder;
use pgvector::HalfVector;
use uuid::Uuid;

use super::queries::Asked;
use crate::rig::{Program, Settings};
use crate::statistics::percentile;

/// Clients that each send the next query when the last is answered.
const CLIENTS: usize = 4;
/// How many of the nearest are compared.
const TOP: usize = 10;
/// Tokens of a query that are embedded, as the api does.
const QUERY_TOKENS: usize = 128;
/// As the api has it.
const LEAST_SIMILARITY: f64 = 0.15;

/// What clients saw.
pub struct Seen {
    /// Answers a second.
    pub rate: f64,
    /// Milliseconds of each answer.
    pub milliseconds: Vec<f64>,
}

impl Seen {
    /// Percentiles in one line.
    pub fn shown(&self) -> String {
        let at = |share| percentile(&self.milliseconds, share);
        format!(
            "{} answers, {:.1}/s, p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms",
            self.milliseconds.len(),
            self.rate,
            at(0.5),
            at(0.95),
            at(0.99)
        )
    }
}

/// Sends every query once, by all clients together.
///
/// # Errors
/// Any answer but 200, or one that is not by words and meaning.
pub async fn over_http(api: &Program, token: &str, queries: &Arc<Vec<Asked>>) -> anyhow::Result<Seen> {
    let (next, started) = (Arc::new(AtomicUsize::new(0)), Instant::now());
    let clients = (0..CLIENTS).map(|_| {
        let (queries, next) = (Arc::clone(queries), Arc::clone(&next));
        let (url, token) = (
            format!("{}/api/v1/candidates/search", api.url()),
            token.to_owned(),
        );
        tokio::spawn(async move {
            let client = reqwest::Client::builder().no_proxy().build()?;
            let mut milliseconds = Vec::new();
            while let Some(asked) = queries.get(next.fetch_add(1, Ordering::Relaxed)) {
                let begun = Instant::now();
                let answer = client
                    .get(format!("{url}?{}", asked.path()))
                    .bearer_auth(&token)
                    .header("cache-control", "no-cache")
                    .send()
                    .await?;
                let body = answer.error_for_status()?.text().await?;
                milliseconds.push(begun.elapsed().as_secs_f64() * 1000.0);
                ensure!(
                    body.contains("\"engine\":\"hybrid\""),
                    "{} was not answered by words and meaning",
                    asked.path()
                );
            }
            anyhow::Ok(milliseconds)
        })
    });
    let mut milliseconds = Vec::new();
    for client in clients.collect::<Vec<_>>() {
        milliseconds.extend(client.await??);
    }
    let rate = milliseconds.len() as f64 / started.elapsed().as_secs_f64();
    Ok(Seen { rate, milliseconds })
}

/// Which plain query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plain {
    /// As it is asked of a JSON field: every row's text is read.
    Bare,
    /// With an index on the very expression.
    Indexed,
}

/// The plain query: full text over a JSON field, ranked, the best 50. Its clients talk to the database directly and have no filters.
/// A query that runs when the time is over is finished and counted.
///
/// # Errors
/// Whatever the database says.
pub async fn plain(
    settings: &Settings,
    queries: &Arc<Vec<Asked>>,
    (kind, duration): (Plain, Duration),
) -> anyhow::Result<Seen> {
    let (next, started) = (Arc::new(AtomicUsize::new(0)), Instant::now());
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        let client = settings.database().await?;
        if kind == Plain::Bare {
            client
                .batch_execute("SET enable_bitmapscan = off; SET enable_indexscan = off")
                .await?;
        }
        let (queries, next) = (Arc::clone(queries), Arc::clone(&next));
        clients.push(tokio::spawn(async move {
            let statement = client
                .prepare(
                    "SELECT id, ts_rank(to_tsvector('english', data ->> 'text'), plainto_tsquery('english', $1)) AS rank
                     FROM bench_plain WHERE to_tsvector('english', data ->> 'text') @@ plainto_tsquery('english', $1)
                     ORDER BY rank DESC LIMIT 50",
                )
                .await?;
            let mut milliseconds = Vec::new();
            while started.elapsed() < duration {
                let asked = queries.get(next.fetch_add(1, Ordering::Relaxed)).context("a query")?;
                let begun = Instant::now();
                client.query(&statement, &[&asked.text]).await?;
                milliseconds.push(begun.elapsed().as_secs_f64() * 1000.0);
            }
            anyhow::Ok(milliseconds)
        }));
    }
    let mut milliseconds = Vec::new();
    for client in clients {
        milliseconds.extend(client.await??);
    }
    let rate = milliseconds.len() as f64 / started.elapsed().as_secs_f64();
    Ok(Seen { rate, milliseconds })
}

/// How many of the nearest [`TOP`] are found.
#[derive(Debug, Default)]
pub struct Recall {
    /// Queries that the index answered.
    pub by_index: usize,
    /// Queries for which codes told whose vectors to compare.
    pub by_codes: usize,
    /// Queries for which every vector was compared.
    pub exact: usize,
    found: usize,
    wanted: usize,
}

impl Recall {
    /// 0.0-1.0.
    pub fn share(&self) -> f64 {
        self.found as f64 / self.wanted.max(1) as f64
    }
}

/// Compares the list by meaning, read as the api reads it, with the nearest of all, found without any index.
///
/// # Errors
/// Whatever the database or the embedder says.
pub async fn recall(
    settings: &Settings,
    embedder: &LazyEmbedder,
    org: OrgId,
    queries: &[Asked],
) -> anyhow::Result<Recall> {
    let database = crate::search::database(settings);
    let model = embedder.model().context("an embedder")?.key();
    let mut connection = database.connection().await?;
    let plain = settings.database().await?;
    let mut recall = Recall::default();
    for asked in queries {
        let embedding = embedder.embed_one(&asked.text, QUERY_TOKENS).await?;
        let vector = QueryVector {
            model: &model,
            embedding: &embedding,
            least_similarity: LEAST_SIMILARITY,
        };
        let mut snapshot = connection.build_transaction().read_only().repeatable_read();
        let read = snapshot.run(async |conn| {
            search::prepare(conn).await?;
            let prepared = search::prepare_query(conn, &asked.facts(), &Words::default()).await?;
            let filter = asked.filter(prepared.facts);
            search::plan(conn, search::Plans::Fitted).await?;
            let behind = search::list_behind(conn, org, &filter).await?;
            let (nearest, scan) = search::list_nearest(conn, org, &filter, &vector, &behind).await?;
            Ok::<_, hiring_db::DbError>((filter, nearest, scan))
        });
        let (filter, nearest, scan) = read.await?;
        let truth =
            nearest_of_all(&plain, org, (&filter.facts, filter.experience_months), &embedding).await?;
        match scan {
            Scan::Index => recall.by_index += 1,
            Scan::Codes => recall.by_codes += 1,
            Scan::Exact => recall.exact += 1,
        }
        recall.wanted += truth.len();
        recall.found += nearest.iter().take(TOP).filter(|id| truth.contains(id)).count();
    }
    Ok(recall)
}

/// The nearest people behind the filters, with every index switched off.
async fn nearest_of_all(
    client: &tokio_postgres::Client,
    org: OrgId,
    (facts, months): (&str, Option<(i32, i32)>),
    embedding: &[f32],
) -> anyhow::Result<Vec<Uuid>> {
    let off = "SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan = off; SET jit = off";
    client.batch_execute(off).await?;
    let vector: Vec<String> = HalfVector::from_f32_slice(embedding)
        .to_vec()
        .iter()
        .map(ToString::to_string)
        .collect();
    let vector = format!("[{}]", vector.join(","));
    let (least, most) = months.unwrap_or((-1, i32::MAX));
    let rows = client
        .query(
            "SELECT v.candidate_id FROM search_vectors v JOIN search_entries e USING (candidate_id)
             WHERE e.organization_id = $1 AND ($2 = '' OR e.brief @@ $2::text::tsquery) AND e.experience_months BETWEEN $3 AND $4
             GROUP BY v.candidate_id HAVING min(v.embedding <=> $5::text::halfvec) <= $6
             ORDER BY min(v.embedding <=> $5::text::halfvec), v.candidate_id LIMIT 10",
            &[&org.uuid(), &facts, &least, &most, &vector, &(1.0 - LEAST_SIMILARITY)],
        )
        .await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
