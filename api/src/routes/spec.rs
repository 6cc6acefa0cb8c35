//! What a line of the route table is made of.

use actix_web::http::Method;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::{FromRequest, Handler, HttpRequest, Responder, guard, web};

use crate::extract::allowed::{Allowed, Permission, Public, Visitor};
use crate::problem::{Kind, Problem};

/// Which token bucket a request draws from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tier {
    /// Signing in and up.
    Auth,
    /// Uploading files.
    Upload,
    /// Reading.
    Read,
    /// Changing.
    Write,
    /// What takes a while to compute.
    Ai,
    /// What is not in the route table: documents, and paths that nobody has.
    Default,
}

impl Tier {
    /// The tier's name in configuration, headers and the OpenAPI document.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Upload => "upload",
            Self::Read => "read",
            Self::Write => "write",
            Self::Ai => "ai",
            Self::Default => "default",
        }
    }
}

/// One line of the route table.
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path behind `API_PREFIX`, with `{id}` where an id stands.
    pub path: &'static str,
    /// The permission that the handler's first argument demands; `public` for none.
    pub permission: &'static str,
    /// The token bucket.
    pub tier: Tier,
    /// Whether it may be worked on while its token is asked for: it is cheap, and nobody learns that it was if there was none.
    pub begins_ahead: bool,
    service: actix_web::Route,
}

impl Route {
    /// The same, begun when it has its token: it costs more than the wait for it, or leaves a trace.
    #[must_use]
    pub fn after_its_count(self) -> Self {
        Self {
            begins_ahead: false,
            ..self
        }
    }
}

/// Arguments whose first says who may call. Only such handlers fit into the route table.
pub trait Guarded {
    /// The name of the permission.
    const PERMISSION: &'static str;
}

/// A first argument that guards.
pub trait Guard {
    /// The name of the permission.
    const PERMISSION: &'static str;
}

impl<P: Permission> Guard for Allowed<P> {
    const PERMISSION: &'static str = P::NAME;
}

impl Guard for Public {
    const PERMISSION: &'static str = "public";
}

impl Guard for Visitor {
    const PERMISSION: &'static str = "public";
}

macro_rules! guarded {
    ($($rest:ident),*) => {
        impl<G: Guard, $($rest),*> Guarded for (G, $($rest,)*) {
            const PERMISSION: &'static str = G::PERMISSION;
        }
    };
}

guarded!();
guarded!(A);
guarded!(A, B);
guarded!(A, B, C);
guarded!(A, B, C, D);

/// One line of the table. A handler whose first argument is not `Allowed<P>`, `Public` or `Visitor` does not compile here.
pub fn route<F, Args>(method: &Method, path: &'static str, tier: Tier, handler: F) -> Route
where
    F: Handler<Args>,
    Args: FromRequest + Guarded + 'static,
    F::Output: Responder + 'static,
{
    let service = match *method {
        Method::GET => reading(),
        _ => web::method(method.clone()),
    };
    Route {
        method: method.clone(),
        path,
        permission: Args::PERMISSION,
        tier,
        begins_ahead: *method == Method::GET,
        service: service.to(handler),
    }
}

/// Registers the table, one resource a path, so that a wrong method is answered 405 and not 404.
pub fn configure(routes: Vec<Route>, scope: &mut web::ServiceConfig) {
    let mut paths: Vec<(&'static str, Vec<Route>)> = Vec::new();
    for route in routes {
        match paths.iter_mut().find(|(path, _)| *path == route.path) {
            Some((_, same)) => same.push(route),
            None => paths.push((route.path, vec![route])),
        }
    }
    for (path, routes) in paths {
        let mut allowed: Vec<&str> = routes.iter().map(|route| route.method.as_str()).collect();
        if allowed.contains(&"GET") {
            allowed.push("HEAD");
        }
        let allowed = allowed.join(", ");
        let mut resource = web::resource(path);
        for route in routes {
            resource = resource.route(route.service);
        }
        scope.service(resource.default_service(refuse_method(allowed)));
    }
}

/// What reads: GET, and HEAD (RFC 9110 9.3.2), whose answer is the same and leaves without its body.
fn reading() -> actix_web::Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// A path outside the table that can only be read.
pub fn read_only<F, Args>(path: &str, handler: F) -> actix_web::Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path)
        .route(reading().to(handler))
        .default_service(refuse_method("GET, HEAD".to_owned()))
}

/// Answers 405 with `Allow` (RFC 9110 15.5.6) where a path is known and the method is not.
fn refuse_method(allowed: String) -> actix_web::Route {
    web::to(move |request: HttpRequest| {
        let detail = format!("This path answers {allowed}.");
        let mut answer = Problem::new(Kind::MethodNotAllowed, detail).respond(&request);
        if let Ok(allowed) = HeaderValue::from_str(&allowed) {
            answer.headers_mut().insert(ALLOW, allowed);
        }
        async { answer }
    })
}
