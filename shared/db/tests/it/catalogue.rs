//! What every tenant table must have, read from the catalogue, so that a table added later is checked too.

use hiring_testkit::TestDatabase;

/// Tables that belong to no tenant, each with its reason.
const WITHOUT_TENANT: [(&str, &str); 7] = [
    ("__diesel_schema_migrations", "the migrations' own bookkeeping"),
    ("organizations", "the tenant itself"),
    ("users", "a person may belong to several organizations"),
    ("refresh_tokens", "reached only through the hash of a secret"),
    ("task_clock", "one row for the whole database"),
    ("cron_ticks", "periodic work is the house's own"),
    ("rejected_messages", "what is no envelope names no tenant"),
];

/// Tables whose `organization_id` may be null, each with its reason.
const NULLABLE_TENANT: [(&str, &str); 4] = [
    ("audit_log", "operators act on work that belongs to nobody"),
    ("mails", "the house writes to operators and to owners of accounts"),
    ("sessions", "a candidate acts for no organization"),
    ("tasks", "maintenance belongs to nobody"),
];

#[tokio::test]
async fn every_tenant_table_names_its_organization() {
    let db = TestDatabase::create().await;
    let rows = db
        .client()
        .await
        .query(
            "SELECT t.table_name::text, c.is_nullable::text FROM information_schema.tables t
             LEFT JOIN information_schema.columns c
                ON c.table_schema = t.table_schema AND c.table_name = t.table_name AND c.column_name = 'organization_id'
             WHERE t.table_schema = 'public' AND t.table_type = 'BASE TABLE'",
            &[],
        )
        .await
        .unwrap();
    let mut wrong = Vec::new();
    for row in rows {
        let (table, nullable): (String, Option<String>) = (row.get(0), row.get(1));
        let exempt = WITHOUT_TENANT.iter().any(|(name, _)| *name == table);
        let may_be_null = NULLABLE_TENANT.iter().any(|(name, _)| *name == table);
        match nullable.as_deref() {
            None if !exempt => wrong.push(format!("{table} has no organization_id")),
            Some("YES") if !may_be_null => wrong.push(format!("{table}.organization_id may be null")),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[tokio::test]
async fn links_between_tenant_tables_carry_the_organization() {
    let db = TestDatabase::create().await;
    let tenant_tables = "('jobs', 'candidates', 'applications', 'stored_objects')";
    let rows = db
        .client()
        .await
        .query(
            &format!(
                "SELECT conrelid::regclass::text, conname::text FROM pg_constraint
                 WHERE contype = 'f' AND confrelid::regclass::text IN {tenant_tables}
                 AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = conrelid
                                 AND a.attnum = ANY (conkey) AND a.attname = 'organization_id')"
            ),
            &[],
        )
        .await
        .unwrap();
    let loose: Vec<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert!(
        loose.is_empty(),
        "foreign keys that could cross tenants: {loose:?}"
    );
}

#[tokio::test]
async fn every_migration_can_be_taken_back_and_applied_again() {
    let db = TestDatabase::create().await;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");
    let mut folders: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    let client = db.client().await;
    for folder in folders.iter().rev() {
        client
            .batch_execute(&std::fs::read_to_string(folder.join("down.sql")).unwrap())
            .await
            .unwrap();
    }
    for folder in &folders {
        client
            .batch_execute(&std::fs::read_to_string(folder.join("up.sql")).unwrap())
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn the_audit_log_refuses_changes() {
    let db = TestDatabase::create().await;
    let client = db.client().await;
    client
        .batch_execute(
            "INSERT INTO audit_log (id, organization_id, action, subject_kind, subject_id)
             VALUES (gen_random_uuid(), gen_random_uuid(), 'test', 'candidate', gen_random_uuid())",
        )
        .await
        .unwrap();
    assert!(
        client
            .batch_execute("UPDATE audit_log SET action = 'other'")
            .await
            .is_err()
    );
    assert!(client.batch_execute("DELETE FROM audit_log").await.is_err());
}
