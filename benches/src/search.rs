//! Searching 100,000 candidates, and 50 of another organization among them.
//!
//! | module | what lives there |
//! |---|---|
//! | [`people`], [`words`], [`random`] | invented people, the same ones in every run |
//! | [`load`] | them in the database |
//! | [`queries`] | what is searched for |
//! | [`measure`] | how fast and how well it is found |

mod load;
mod measure;
mod people;
mod queries;
mod random;
mod words;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use hiring_core::config::Reader;
use hiring_core::ids::OrgId;
use hiring_db::{Database, DatabaseConfig};
use hiring_platform::embeddings::{EmbeddingConfig, LazyEmbedder, Urgency};
use secrecy::SecretString;
use serde_json::json;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::rig::{Program, Settings, login, start_api};
use load::Vectors;
use measure::{Plain, over_http, plain, recall};
use people::Inventor;
use queries::queries;

/// Tokens of a sentence that are embedded.
const SENTENCE_TOKENS: usize = 128;
/// Candidates of the small organization.
const FEW: usize = 50;
/// Queries over HTTP, after as many for warming up as [`WARM_UP`].
const QUERIES: usize = 2_000;
const WARM_UP: usize = 200;
/// Queries whose answers are compared with the nearest of all.
const COMPARED: usize = 100;
/// How long each plain query runs.
const PLAIN: Duration = Duration::from_secs(60);
/// Names of the two organizations; the first is filled once for a database.
const NAMES: [&str; 2] = ["Search bench, large", "Search bench, small"];

/// Runs it.
///
/// # Errors
/// When a program fails or an answer is not 200.
pub async fn run(settings: &Settings, count: usize) -> anyhow::Result<()> {
    let client = settings.database().await?;
    let embedder = LazyEmbedder::new(EmbeddingConfig::read(&mut Reader::from_environment(), 2));
    let [large, small] = organizations(&client, &embedder, count).await?;
    let api = start_api(settings).await?;
    let user = user(&api).await?;

    let token = sign_in(&client, &api, &user, large).await?;
    over_http(&api, &token, &Arc::new(queries(WARM_UP, 1))).await?;
    let asked = Arc::new(queries(QUERIES, 2));
    let ours = over_http(&api, &token, &asked).await?;
    println!(
        "search: {count} candidates, hybrid with filters, over HTTP: {}",
        ours.shown()
    );
    for (kind, what) in [(Plain::Bare, "as it is"), (Plain::Indexed, "with an index")] {
        let theirs = plain(settings, &asked, (kind, PLAIN)).await?;
        println!(
            "search: the plain query {what} on the same texts, without filters: {}",
            theirs.shown()
        );
        println!(
            "search: {:.1} times the rate of the plain query {what}",
            ours.rate / theirs.rate
        );
    }
    let token = sign_in(&client, &api, &user, small).await?;
    over_http(&api, &token, &Arc::new(queries(WARM_UP, 4))).await?;
    let seen = over_http(&api, &token, &Arc::new(queries(QUERIES, 5))).await?;
    println!("search: {FEW} candidates among them: {}", seen.shown());
    drop(api);

    for (name, org, seed) in [("all", large, 3), ("the few", small, 6)] {
        let found = recall(settings, &embedder, org, &queries(COMPARED, seed)).await?;
        println!(
            "search: recall@10 of {name} {:.4} ({} queries by index, {} by codes, {} exactly)",
            found.share(),
            found.by_index,
            found.by_codes,
            found.exact
        );
    }
    Ok(())
}

/// A pool of few connections to the measured database.
fn database(settings: &Settings) -> Database {
    let url = SecretString::from(settings.database_url.clone());
    Database::open(&DatabaseConfig {
        direct_url: url.clone(),
        external_pooler: false,
        url,
        max_connections: 2,
        statement_timeout_ms: 30_000,
    })
}

/// Both organizations with their people; made where they are not there yet.
async fn organizations(client: &Client, embedder: &LazyEmbedder, count: usize) -> anyhow::Result<[OrgId; 2]> {
    let known = client
        .query(
            "SELECT o.id, count(e.candidate_id) FROM organizations o LEFT JOIN search_entries e ON e.organization_id = o.id
             WHERE o.name = ANY ($1) GROUP BY o.id, o.name ORDER BY o.name",
            &[&NAMES.as_slice()],
        )
        .await?;
    if let [large, small] = known.as_slice() {
        let last = "SELECT to_regclass('bench_plain') IS NOT NULL";
        let whole: bool = client.query_one(last, &[]).await?.get(0);
        ensure!(
            whole && large.get::<_, i64>(1) == i64::try_from(count)?,
            "the database was filled in part, or with another number of people: drop it"
        );
        return Ok([large, small].map(|row| row.get::<_, Uuid>(0).into()));
    }
    let orgs = [OrgId::generate(), OrgId::generate()];
    for (org, name) in orgs.iter().zip(NAMES) {
        client
            .execute(
                "INSERT INTO organizations (id, name, plan) VALUES ($1, $2, 'pro')",
                &[&org.uuid(), &name],
            )
            .await?;
    }
    fill(client, embedder, orgs, count).await?;
    Ok(orgs)
}

async fn fill(
    client: &Client,
    embedder: &LazyEmbedder,
    [large, small]: [OrgId; 2],
    count: usize,
) -> anyhow::Result<()> {
    let started = Instant::now();
    let sentences = people::sentences();
    let model = embedder.model().context("an embedder")?.key();
    let vectors = embedder
        .embed(sentences.clone(), SENTENCE_TOKENS, Urgency::Later)
        .await?;
    println!(
        "search: {} sentences embedded after {:.0} s",
        vectors.len(),
        started.elapsed().as_secs_f64()
    );
    let vectors = Vectors {
        model: &model,
        sentences: &vectors,
    };
    client.batch_execute("DROP INDEX search_vectors_nearest").await?;
    let mut inventor = Inventor::new(1, &sentences);
    // The few stand in the middle of the many.
    load::people(client, large, &mut inventor, &vectors, count / 2).await?;
    load::people(client, small, &mut inventor, &vectors, FEW).await?;
    load::people(client, large, &mut inventor, &vectors, count - count / 2).await?;
    println!(
        "search: {count} people stored after {:.0} s",
        started.elapsed().as_secs_f64()
    );
    client
        .batch_execute(
            "SET maintenance_work_mem = '2GB'; SET max_parallel_maintenance_workers = 2;
             CREATE INDEX search_vectors_nearest ON search_vectors USING hnsw (embedding halfvec_cosine_ops)
                WITH (ef_construction = 200);
             DROP TABLE IF EXISTS bench_plain;
             CREATE TABLE bench_plain AS SELECT id, jsonb_build_object('name', name, 'headline', headline, 'skills', skill_names,
                'text', visible_text) AS data FROM candidates;
             CREATE INDEX bench_plain_text ON bench_plain USING gin (to_tsvector('english', data ->> 'text'));",
        )
        .await?;
    client.batch_execute("VACUUM ANALYZE").await?;
    println!("search: indexed after {:.0} s", started.elapsed().as_secs_f64());
    Ok(())
}

/// The e-mail address of somebody who can be put into any organization.
async fn user(api: &Program) -> anyhow::Result<String> {
    let email = format!("{}@bench.example", hiring_core::random::uuid_v4().simple());
    let admin = json!({"email": email, "password": "a bench password", "name": "Bench"});
    let client = reqwest::Client::builder().no_proxy().build()?;
    client
        .post(format!("{}/api/v1/organizations", api.url()))
        .json(&json!({"name": "Bench", "admin": admin}))
        .send()
        .await?
        .error_for_status()?;
    Ok(email)
}

/// The user's token for this organization.
async fn sign_in(client: &Client, api: &Program, email: &str, org: OrgId) -> anyhow::Result<String> {
    let move_over =
        "UPDATE memberships SET organization_id = $1 WHERE user_id = (SELECT id FROM users WHERE email = $2)";
    client.execute(move_over, &[&org.uuid(), &email]).await?;
    login(api, email).await
}
