//! The route table: a plain list that reads like the API.

mod spec;
mod table;

use actix_web::http::Method;

use spec::route;
pub use spec::{Route, Tier, configure, read_only};
pub use table::{Place, Table};

use crate::handlers::{
    applications, auth, candidates, drafts, jobs, matches, organizations, profile, screenings, search, tasks,
};

/// Every route under `API_PREFIX`: method, path, rate tier, handler. The permission is the handler's first argument.
/// Where two paths match one request, the one listed first wins.
#[must_use]
pub fn routes() -> Vec<Route> {
    let (get, post, patch, delete) = (Method::GET, Method::POST, Method::PATCH, Method::DELETE);
    vec![
        route(&post, "/auth/register", Tier::Auth, auth::register),
        route(&post, "/auth/login", Tier::Auth, auth::login),
        route(&post, "/auth/admin/login", Tier::Auth, auth::admin_login),
        route(&post, "/auth/refresh", Tier::Auth, auth::refresh),
        route(&post, "/auth/logout", Tier::Auth, auth::logout),
        route(&get, "/auth/me", Tier::Read, auth::me),
        route(&post, "/organizations", Tier::Auth, organizations::create),
        route(&get, "/organizations/current", Tier::Read, organizations::current),
        route(
            &patch,
            "/organizations/current",
            Tier::Write,
            organizations::update,
        ),
        route(&get, "/jobs", Tier::Read, jobs::list),
        route(&post, "/jobs", Tier::Write, jobs::create),
        // Before `{id}`, which would take the word for one.
        route(&post, "/jobs/parse", Tier::Write, jobs::parse),
        route(&get, "/jobs/{id}", Tier::Read, jobs::show),
        route(&patch, "/jobs/{id}", Tier::Write, jobs::update),
        route(&delete, "/jobs/{id}", Tier::Write, jobs::delete),
        route(&get, "/jobs/{id}/matches", Tier::Read, matches::list).after_its_count(),
        route(&post, "/jobs/{id}/apply", Tier::Upload, profile::apply),
        route(&get, "/profile/applications", Tier::Read, profile::applications),
        route(
            &post,
            "/profile/applications/{id}/withdraw",
            Tier::Write,
            profile::withdraw,
        ),
        route(&post, "/candidates/upload", Tier::Upload, candidates::upload),
        route(
            &post,
            "/candidates/upload/batch",
            Tier::Upload,
            candidates::upload_batch,
        ),
        route(
            &post,
            "/candidates/batch-screen",
            Tier::Ai,
            candidates::batch_screen,
        ),
        route(&get, "/candidates", Tier::Read, candidates::list),
        route(&get, "/candidates/search", Tier::Read, search::candidates).after_its_count(),
        route(
            &get,
            "/admin/candidates/search",
            Tier::Read,
            search::candidates_as_admin,
        )
        .after_its_count(),
        route(&get, "/candidates/{id}", Tier::Read, candidates::show),
        route(&delete, "/candidates/{id}", Tier::Write, candidates::erase),
        route(
            &get,
            "/candidates/{id}/analysis",
            Tier::Read,
            candidates::analysis,
        ),
        route(&get, "/candidates/{id}/text", Tier::Read, candidates::text),
        // Who got a resume is written down.
        route(&get, "/candidates/{id}/resume", Tier::Read, candidates::resume).after_its_count(),
        route(&get, "/applications", Tier::Read, applications::list),
        route(&get, "/applications/{id}", Tier::Read, applications::show),
        route(&patch, "/applications/{id}", Tier::Write, applications::change),
        route(
            &post,
            "/applications/{id}/notes",
            Tier::Write,
            applications::add_note,
        ),
        route(
            &post,
            "/applications/{id}/narrative",
            Tier::Ai,
            applications::narrate,
        ),
        route(&get, "/screenings/{id}", Tier::Read, screenings::show),
        route(&post, "/screenings/{id}/replay", Tier::Ai, screenings::replay),
        route(&post, "/screenings/{id}/review", Tier::Ai, screenings::review),
        route(&post, "/admin/ai-generate", Tier::Ai, drafts::generate),
        route(&get, "/admin/drafts", Tier::Read, drafts::list),
        route(&get, "/admin/drafts/{id}", Tier::Read, drafts::show),
        route(&delete, "/admin/drafts/{id}", Tier::Write, drafts::delete),
        route(&get, "/tasks", Tier::Read, tasks::list),
        route(&post, "/tasks/retry", Tier::Write, tasks::retry_all),
        route(&get, "/tasks/{id}", Tier::Read, tasks::show),
        route(&get, "/tasks/{id}/outcomes", Tier::Read, tasks::outcomes),
        route(&post, "/tasks/{id}/retry", Tier::Write, tasks::retry),
        route(&post, "/tasks/{id}/cancel", Tier::Write, tasks::cancel),
    ]
}
