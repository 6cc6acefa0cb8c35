//! An organization's own skills: imported from a table, found in its resumes and in nobody else's.

use std::process::{Command, Output};

use hiring_core::ids::OrgId;
use hiring_core::resume::{Resume, SkillKind};
use hiring_core::taxonomy::own::{MAX_ENTRIES, OwnEntry};
use serde_json::Value;

use crate::documents::RESUME;
use crate::sandbox::WORKER;
use crate::stage::Stage;

/// Runs `hiring-worker taxonomy` with nothing but the database's address.
async fn taxonomy(stage: &Stage, arguments: &[&str]) -> Output {
    let mut command = Command::new(WORKER);
    command
        .arg("taxonomy")
        .args(arguments)
        .env_clear()
        .env("ENVIRONMENT", "test")
        .env("DATABASE_URL", stage.database.url())
        .current_dir(stage.folder());
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

async fn resume(stage: &Stage, text: &str) -> Resume {
    let upload = stage.upload(text.as_bytes()).await;
    stage.until_candidate(upload.candidate, "ready").await;
    let row = stage
        .client
        .query_one(
            "SELECT resume::text FROM candidates WHERE id = $1",
            &[&upload.candidate.uuid()],
        )
        .await
        .unwrap();
    serde_json::from_str(row.get::<_, &str>(0)).unwrap()
}

fn skill(resume: &Resume, name: &str) -> Option<(String, Option<SkillKind>)> {
    let found = resume.skills.iter().find(|skill| skill.name.value == name)?;
    Some((found.name.raw.clone(), found.kind))
}

const FILE: &str = "name;aliases;kind;parents\nKranbuch 3000;crane book|crane log;tool;Logistics\nPostgres im Haus;PostgreSQL;tool;\n";
const MENTIONS: &str = "- Kept the crane book of the yard";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn imported_skills_are_found_in_the_organizations_resumes_and_in_no_other() {
    let mut stage = Stage::set().await;
    // Reading is what counts here; the vectors that follow may be left undone.
    stage.database.leave_tasks();
    let org = stage.org.to_string();
    let file = stage.folder().join("own.csv");
    std::fs::write(&file, FILE).unwrap();
    let path = file.to_str().unwrap();

    let dry = taxonomy(&stage, &["import", path, "--organization", &org, "--dry-run"]).await;
    assert!(dry.status.success());
    let none: i64 = stage
        .client
        .query_one("SELECT count(*) FROM taxonomy_entries", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(none, 0);

    let done = taxonomy(&stage, &["import", path, "--organization", &org, "--json"]).await;
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let told: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(told["entries"], 2);
    let noted = "SELECT count(*) FROM audit_log WHERE organization_id = $1 AND action = 'taxonomy.imported'";
    let noted: i64 = stage
        .client
        .query_one(noted, &[&stage.org.uuid()])
        .await
        .unwrap()
        .get(0);
    assert_eq!(noted, 1);

    let worker = stage.start();
    let text = RESUME.replace("- Led a team of four", MENTIONS);
    let own = resume(&stage, &text).await;
    assert_eq!(
        skill(&own, "Kranbuch 3000"),
        Some(("crane book".to_owned(), Some(SkillKind::Tool)))
    );
    assert!(skill(&own, "Postgres im Haus").is_some() && skill(&own, "PostgreSQL").is_none());

    // The same resume of another organization.
    let other = OrgId::generate();
    let insert = "INSERT INTO organizations (id, name) VALUES ($1, 'Other')";
    stage.client.execute(insert, &[&other.uuid()]).await.unwrap();
    stage.org = other;
    let theirs = resume(&stage, &text).await;
    assert!(skill(&theirs, "Kranbuch 3000").is_none() && skill(&theirs, "PostgreSQL").is_some());
    worker.stop().await;

    let listed = taxonomy(&stage, &["list", "--organization", &other.to_string(), "--json"]).await;
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(listed["entries"], Value::Array(Vec::new()));
    let removed = taxonomy(&stage, &["remove", "--organization", &org]).await;
    assert_eq!(String::from_utf8(removed.stdout).unwrap(), "2 entries removed.\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_with_mistakes_changes_nothing_and_says_where_they_are() {
    let stage = Stage::set().await;
    let file = stage.folder().join("own.csv");
    std::fs::write(&file, "name,kind\nKranbuch,tool\nKRANBUCH,tool\nLotse,sport\n").unwrap();
    let path = file.to_str().unwrap();
    let refused = taxonomy(
        &stage,
        &["import", path, "--organization", &stage.org.to_string()],
    )
    .await;
    assert!(!refused.status.success());
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(
        told.contains("own.csv:3:") && told.contains("own.csv:4:"),
        "{told}"
    );

    std::fs::write(&file, "name\nKranbuch\n").unwrap();
    let nobody = OrgId::generate().to_string();
    let refused = taxonomy(&stage, &["import", path, "--organization", &nobody]).await;
    assert!(
        String::from_utf8(refused.stderr)
            .unwrap()
            .contains("there is no organization")
    );
    let none: i64 = stage
        .client
        .query_one("SELECT count(*) FROM taxonomy_entries", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(none, 0);
}

#[tokio::test]
async fn as_many_entries_as_are_allowed_fit_one_import() {
    let stage = Stage::set().await;
    let entries: Vec<OwnEntry> = (0..MAX_ENTRIES)
        .map(|number| OwnEntry {
            name: format!("Skill {number}"),
            aliases: vec![format!("Ability {number}")],
            kind: SkillKind::Hard,
            parents: Vec::new(),
        })
        .collect();
    let database = hiring_db::Database::open(&stage.config().database);
    let mut connection = database.connection().await.unwrap();
    assert!(
        hiring_db::taxonomy::replace(&mut connection, stage.org, &entries)
            .await
            .unwrap()
    );
    let stored = hiring_db::taxonomy::of(&mut connection, stage.org).await.unwrap();
    assert_eq!(stored.len(), MAX_ENTRIES);
}

#[test]
fn a_skill_of_the_house_is_shown_with_what_is_above_and_below_it() {
    let shown = Command::new(WORKER)
        .args(["taxonomy", "show", "krankenpflege", "--json"])
        .env_clear()
        .output()
        .unwrap();
    let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!(shown["name"], "Nursing");
    assert!(shown["below"].as_array().unwrap().contains(&"Wound care".into()));
    let unknown = Command::new(WORKER)
        .args(["taxonomy", "show", "basket weaving"])
        .env_clear()
        .output()
        .unwrap();
    assert!(!unknown.status.success());
}
