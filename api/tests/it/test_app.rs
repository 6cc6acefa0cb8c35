//! The application as tests see it: a real server on a port of its own, over a database and a queue of its own.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::web;
use hiring_api::app::{build_state, listen};
use hiring_api::config::Config;
use hiring_api::extract::allowed::Caller;
use hiring_api::state::AppState;
use hiring_core::clock::{Clock, ShiftedClock};
use hiring_core::config::Reader;
use hiring_core::identity::Role;
use hiring_core::ids::{OrgId, SessionId, UserId};
use hiring_testkit::{TestDatabase, TestRedis};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

/// What the test application signs with.
pub const SECRET_KEY: &str = "a key for tests that is long enough to sign with";

/// Limits for a test, which is one client that asks a lot, perhaps of a machine that is slow to answer.
pub const UNHURRIED: [(&str, &str); 9] = [
    ("RATE_LIMIT_PER_HOUR", "1000000"),
    ("RATE_LIMIT_AUTH_BURST", "10000"),
    ("RATE_LIMIT_AI_BURST", "10000"),
    ("RATE_LIMIT_UPLOAD_BURST", "10000"),
    ("RATE_LIMIT_UPLOAD_CANDIDATE_BURST", "10000"),
    ("RATE_LIMIT_READ_BURST", "10000"),
    ("RATE_LIMIT_WRITE_BURST", "10000"),
    ("RATE_LIMIT_BURST", "10000"),
    ("RATE_LIMIT_TIMEOUT_MS", "1000"),
];

/// A running application.
pub struct TestApp {
    pub url: String,
    pub state: web::Data<AppState>,
    pub clock: Arc<ShiftedClock>,
    pub redis: TestRedis,
    pub storage: tempfile::TempDir,
    client: reqwest::Client,
    server: actix_web::dev::ServerHandle,
    // Dropped last: it checks for forgotten tasks.
    pub db: TestDatabase,
}

/// Somebody with a token.
#[derive(Debug, Clone)]
pub struct TestUser {
    pub user_id: UserId,
    pub session_id: SessionId,
    pub token: String,
}

/// An organization with an admin and a recruiter.
pub struct TestOrganization {
    pub id: OrgId,
    pub admin: TestUser,
    pub recruiter: TestUser,
}

impl TestApp {
    /// Starts an application with the usual settings.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts an application with these variables on top of the usual ones.
    pub async fn start_with(variables: &[(&str, &str)]) -> Self {
        Self::start_on(TestDatabase::create().await, variables).await
    }

    /// The same on this database, to which `DATABASE_URL` may lead another way.
    pub async fn start_on(db: TestDatabase, variables: &[(&str, &str)]) -> Self {
        let redis = TestRedis::namespace();
        let storage = tempfile::tempdir().unwrap();
        let mut environment: HashMap<String, String> = [
            ("ENVIRONMENT", "test"),
            ("DATABASE_URL", db.url()),
            ("REDIS_URL", &redis.url),
            ("QUEUE_PREFIX", &redis.prefix),
            ("STORAGE_DIR", storage.path().to_str().unwrap()),
            ("SECRET_KEY", SECRET_KEY),
            // Hashing must be real, not slow.
            ("PASSWORD_HASH_MEMORY_KIB", "64"),
            ("PASSWORD_HASH_ITERATIONS", "1"),
            ("DATABASE_POOL_SIZE", "6"),
            // Tests change rows by hand, which makes nothing old.
            ("CACHE_ENABLED", "false"),
        ]
        .into_iter()
        .chain(UNHURRIED)
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        // Cargo runs tests in the crate's folder, the product runs at the top of the checkout.
        let top = concat!(env!("CARGO_MANIFEST_DIR"), "/../.dev");
        let model =
            hiring_testkit::env::optional(&["EMBEDDING_MODEL_DIR"]).unwrap_or_else(|| format!("{top}/model"));
        environment.insert("EMBEDDING_MODEL_DIR".into(), model);
        if let Some(library) = hiring_testkit::env::optional(&["ORT_DYLIB_PATH"]) {
            environment.insert("ORT_DYLIB_PATH".into(), library);
        }
        environment.extend(
            variables
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let mut reader = Reader::from_map(environment);
        let config = Config::read(&mut reader);
        reader.finish().expect("the settings of the test application");
        let clock = Arc::new(ShiftedClock::default());
        let state = web::Data::new(build_state(config, clock.clone()).await.expect("the state"));
        let address = ([127, 0, 0, 1], 0).into();
        let (server, addresses) = listen(&state, address, Some(2)).expect("a free port");
        let url = format!("http://{}", addresses[0]);
        let handle = server.handle();
        tokio::spawn(server);
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            url,
            state,
            clock,
            redis,
            storage,
            client,
            server: handle,
            db,
        }
    }

    /// A request; a path that does not start with `/health` or `/api` is put behind `API_PREFIX`.
    pub fn request(&self, method: &str, path: &str) -> TestRequest {
        let method: Method = method.parse().unwrap();
        let outside = path.starts_with("/health") || path.starts_with("/api");
        let prefix = if outside { "" } else { "/api/v1" };
        TestRequest(self.client.request(method, format!("{}{prefix}{path}", self.url)))
    }

    pub fn get(&self, path: &str) -> TestRequest {
        self.request("GET", path)
    }

    pub fn post(&self, path: &str) -> TestRequest {
        self.request("POST", path)
    }

    pub fn patch(&self, path: &str) -> TestRequest {
        self.request("PATCH", path)
    }

    pub fn delete(&self, path: &str) -> TestRequest {
        self.request("DELETE", path)
    }

    /// An organization on the free plan with an admin and a recruiter.
    pub async fn organization(&self, name: &str) -> TestOrganization {
        let id = OrgId::generate();
        let client = self.db.client().await;
        client
            .execute(
                "INSERT INTO organizations (id, name) VALUES ($1, $2)",
                &[&id.uuid(), &name],
            )
            .await
            .unwrap();
        let admin = self.user(Role::Admin, Some(id)).await;
        let recruiter = self.user(Role::Recruiter, Some(id)).await;
        TestOrganization { id, admin, recruiter }
    }

    /// A user who belongs to no organization.
    pub async fn candidate_user(&self) -> TestUser {
        self.user(Role::Candidate, None).await
    }

    /// A signed-in user; made without hashing a password, so that tests about other things stay quick.
    async fn user(&self, role: Role, organization: Option<OrgId>) -> TestUser {
        let user_id = UserId::generate();
        let email = format!("{}@test.example", user_id.uuid().simple());
        let client = self.db.client().await;
        client
            .execute(
                "INSERT INTO users (id, email, name, password_hash) VALUES ($1, $2, 'Test User', 'none')",
                &[&user_id.uuid(), &email],
            )
            .await
            .unwrap();
        self.session(user_id, role, organization).await
    }

    /// A session of this user for an organization, of which they become a member, or for none.
    pub async fn session(&self, user_id: UserId, role: Role, organization: Option<OrgId>) -> TestUser {
        let session_id = SessionId::generate();
        let client = self.db.client().await;
        if let Some(organization) = organization {
            client
                .execute(
                    "INSERT INTO memberships (organization_id, user_id, role) VALUES ($1, $2, $3)",
                    &[&organization.uuid(), &user_id.uuid(), &role.as_str()],
                )
                .await
                .unwrap();
        }
        client
            .execute(
                "INSERT INTO sessions (id, user_id, organization_id, expires_at)
                 VALUES ($1, $2, $3, now() + interval '30 days')",
                &[
                    &session_id.uuid(),
                    &user_id.uuid(),
                    &organization.map(OrgId::uuid),
                ],
            )
            .await
            .unwrap();
        let caller = Caller {
            user_id,
            session_id,
            organization_id: organization,
            role,
        };
        let token = self.state.tokens.issue(&caller, self.clock.now()).unwrap();
        TestUser {
            user_id,
            session_id,
            token,
        }
    }

    /// A number from the test's own database.
    pub async fn count(&self, query: &str) -> i64 {
        self.db.client().await.query_one(query, &[]).await.unwrap().get(0)
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // The stop is asked for here and carried out by the server's own threads.
        drop(self.server.stop(false));
    }
}

/// A request being put together.
pub struct TestRequest(RequestBuilder);

impl TestRequest {
    pub fn token(self, user: &TestUser) -> Self {
        self.bearer(&user.token)
    }

    pub fn bearer(self, token: &str) -> Self {
        Self(self.0.bearer_auth(token))
    }

    pub fn header(self, name: &str, value: &str) -> Self {
        Self(self.0.header(name, value))
    }

    pub fn json(self, body: &Value) -> Self {
        Self(self.0.json(body))
    }

    pub fn body(self, content_type: &str, body: impl Into<reqwest::Body>) -> Self {
        Self(self.0.header("content-type", content_type).body(body))
    }

    pub fn multipart(self, form: reqwest::multipart::Form) -> Self {
        Self(self.0.multipart(form))
    }

    pub async fn send(self) -> TestResponse {
        let response = self.0.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.expect("the body").to_vec();
        let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        TestResponse {
            status,
            headers,
            bytes,
            json,
        }
    }
}

/// What came back.
#[derive(Debug)]
pub struct TestResponse {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub bytes: Vec<u8>,
    pub json: Value,
}

impl TestResponse {
    /// Asserts the status and answers `data`.
    #[track_caller]
    pub fn data(&self, status: u16) -> &Value {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(
            self.json["meta"]["request_id"],
            self.header("x-request-id"),
            "{}",
            self.text()
        );
        &self.json["data"]
    }

    /// Asserts that this is a complete problem with this slug; answers the body.
    #[track_caller]
    pub fn problem(&self, slug: &str) -> &Value {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.text()
        );
        assert_eq!(self.json["type"], format!("/problems/{slug}"), "{}", self.text());
        assert_eq!(self.json["status"], self.status);
        for member in ["title", "detail", "instance", "request_id"] {
            assert!(
                self.json[member].as_str().is_some_and(|text| !text.is_empty()),
                "{member}: {}",
                self.text()
            );
        }
        &self.json
    }

    /// Asserts that this is a validation problem that names this pointer.
    #[track_caller]
    pub fn invalid(&self, pointer: &str) {
        let body = self.problem("validation-failed");
        let pointers: Vec<&Value> = body["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| &error["pointer"])
            .collect();
        assert!(
            pointers.contains(&&Value::from(pointer)),
            "{pointer} is not among {pointers:?}"
        );
    }

    pub fn header(&self, name: &str) -> String {
        self.headers
            .get(name)
            .map(|value| value.to_str().unwrap().to_owned())
            .unwrap_or_default()
    }

    /// The version of the row that the `ETag` names, if it names one.
    pub fn version(&self) -> Option<i32> {
        let tag = self.header("etag");
        tag.strip_prefix('"')?.split_once('-')?.0.parse().ok()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}
