//! The OpenAPI 3.1 document, made from the handlers, and Swagger UI and ReDoc over it.

use actix_web::{HttpResponse, web};
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{OpenApi as Document, PathItem};
use utoipa::{Modify, OpenApi};
use utoipa_swagger_ui::SwaggerUi;

mod answers;
mod examples;
mod redoc;
mod values;

use crate::problem::ProblemBody;
use crate::routes::{read_only, routes};
use crate::{handlers, views};

/// Where the document is served.
pub const DOCUMENT_PATH: &str = "/api/openapi.json";

/// Every operation; paths are without `API_PREFIX`, which [`document`] adds.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Hiring Agent",
        description = "Resumes in, ranked candidates with quoted evidence out.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    paths(
        handlers::auth::register, handlers::auth::login, handlers::auth::admin_login, handlers::auth::refresh,
        handlers::auth::logout, handlers::auth::me,
        handlers::organizations::create, handlers::organizations::current, handlers::organizations::update,
        handlers::jobs::list, handlers::jobs::create, handlers::jobs::parse::parse, handlers::jobs::show, handlers::jobs::update, handlers::jobs::delete,
        handlers::matches::list, handlers::search::candidates, handlers::search::candidates_as_admin,
        handlers::candidates::upload::upload, handlers::candidates::upload_batch::upload_batch,
        handlers::candidates::batch_screen::batch_screen,
        handlers::candidates::list::list, handlers::candidates::show::show,
        handlers::candidates::erase::erase, handlers::candidates::analysis::analysis, handlers::candidates::text::text,
        handlers::candidates::resume::resume,
        handlers::applications::list::list, handlers::applications::show::show, handlers::applications::change::change,
        handlers::applications::notes::add_note,
        handlers::applications::narrative::narrate, handlers::screenings::show, handlers::screenings::replay,
        handlers::screenings::review,
        handlers::drafts::generate, handlers::drafts::list, handlers::drafts::show, handlers::drafts::delete,
        handlers::profile::apply, handlers::profile::applications, handlers::profile::withdraw, handlers::tasks::list, handlers::tasks::show,
        handlers::tasks::outcomes::outcomes,
        handlers::tasks::act::retry, handlers::tasks::act::cancel, handlers::tasks::act::retry_all,
    ),
    components(schemas(ProblemBody, views::job::RequirementsView)),
    modifiers(&Bearer),
)]
struct Api;

/// Operations outside `API_PREFIX`.
#[derive(OpenApi)]
#[openapi(paths(
    handlers::health::live,
    handlers::health::ready,
    handlers::health::detailed::detailed
))]
struct Outside;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        for name in ["bearer", "operator"] {
            let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
            components.add_security_scheme(name, scheme);
        }
    }
}

/// The document of this build: what the handlers say, with permission and tier from the route table, what every route may answer
/// whatever its handler does, which values texts may have, and examples.
#[must_use]
pub fn document(prefix: &str) -> Value {
    let mut document = serde_json::to_value(described(prefix)).unwrap_or_default();
    values::tell(&mut document);
    answers::complete(&mut document);
    examples::give(&mut document);
    document
}

/// What the handlers say, with `x-permission` and `x-rate-tier` from the route table on every operation.
fn described(prefix: &str) -> Document {
    let mut document = Api::openapi();
    document.info.version = env!("CARGO_PKG_VERSION").to_owned();
    let table = routes();
    let paths = std::mem::take(&mut document.paths.paths);
    for (path, mut item) in paths {
        for route in table.iter().filter(|route| route.path == path) {
            annotate(
                &mut item,
                route.method.as_str(),
                route.permission,
                route.tier.name(),
            );
        }
        document.paths.paths.insert(format!("{prefix}{path}"), item);
    }
    let mut outside = Outside::openapi();
    for (path, item) in &mut outside.paths.paths {
        let permission = if path.ends_with("detailed") {
            "operator"
        } else {
            "public"
        };
        annotate(item, "GET", permission, "none");
    }
    document.merge(outside);
    document
}

/// A digest of every shape in this build's document, so that releases that shape answers differently can be told apart. The same in every
/// process of a build: members of the document are sorted.
#[must_use]
pub fn digest() -> String {
    let json = document("").to_string();
    // 64 bits: releases are few.
    hex::encode(Sha256::digest(json)).chars().take(16).collect()
}

fn annotate(item: &mut PathItem, method: &str, permission: &str, tier: &str) {
    if let Some(operation) = operation(item, method) {
        let extensions = operation.extensions.get_or_insert_default();
        extensions.insert("x-permission".to_owned(), permission.into());
        extensions.insert("x-rate-tier".to_owned(), tier.into());
    }
}

/// The operation of a path for a method.
fn operation<'a>(item: &'a mut PathItem, method: &str) -> Option<&'a mut Operation> {
    match method {
        "GET" => item.get.as_mut(),
        "POST" => item.post.as_mut(),
        "PUT" => item.put.as_mut(),
        "PATCH" => item.patch.as_mut(),
        "DELETE" => item.delete.as_mut(),
        _ => None,
    }
}

/// Serves the document, Swagger UI and ReDoc (from the binary, no CDN).
pub fn configure(app: &mut web::ServiceConfig, prefix: &str) {
    let json = document(prefix).to_string();
    let ui = SwaggerUi::new("/api/docs/{_:.*}").config(utoipa_swagger_ui::Config::from(DOCUMENT_PATH));
    app.service(read_only(DOCUMENT_PATH, move || {
        let json = json.clone();
        async move { HttpResponse::Ok().content_type("application/json").body(json) }
    }))
    .service(read_only("/api/docs", || async {
        web::Redirect::to("/api/docs/").permanent()
    }))
    .service(ui)
    .configure(redoc::configure);
}
