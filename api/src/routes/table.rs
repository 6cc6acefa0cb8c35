//! Which line of the route table a request belongs to, before it is routed.
//!
//! The library answers that too, by trying one regular expression after the other. The table's paths have nothing but words and
//! whole segments in braces, so that a look at the segments says the same; the test holds both against one another. What stands
//! outside the table is left to the library.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::http::Method;
use actix_web::{HttpMessage, HttpRequest};

use super::{Tier, routes};

/// The route table, to look requests up in.
pub struct Table {
    prefix: String,
    /// By the first word behind the prefix, in the order of the table.
    by_word: HashMap<&'static str, Vec<Arc<Line>>>,
    by_template: HashMap<Arc<str>, Arc<Line>>,
}

/// A path of the table.
struct Line {
    /// What stands behind the prefix.
    path: &'static str,
    /// The whole path.
    template: Arc<str>,
    offers: Vec<Offer>,
}

/// What a path does with a method.
struct Offer {
    method: Method,
    tier: Tier,
    begins_ahead: bool,
}

/// Where a request belongs; kept in its extensions.
#[derive(Debug, Clone)]
pub struct Place {
    /// The path with `{id}` where an id stands; `None` where nobody has such a path.
    pub template: Option<Arc<str>>,
    /// The tier of what is in the table with this method (for HEAD that of GET), else `default`.
    pub tier: Tier,
    /// Whether that may be worked on while its token is asked for.
    pub begins_ahead: bool,
}

impl Table {
    /// The route table behind this prefix.
    #[must_use]
    pub fn new(prefix: &str) -> Self {
        let mut paths: Vec<(&'static str, Vec<Offer>)> = Vec::new();
        for route in routes() {
            let offer = Offer {
                method: route.method,
                tier: route.tier,
                begins_ahead: route.begins_ahead,
            };
            match paths.iter_mut().find(|(path, _)| *path == route.path) {
                Some((_, offers)) => offers.push(offer),
                None => paths.push((route.path, vec![offer])),
            }
        }
        let (mut by_word, mut by_template) = (HashMap::<_, Vec<_>>::new(), HashMap::new());
        for (path, offers) in paths {
            let template: Arc<str> = format!("{prefix}{path}").into();
            let line = Arc::new(Line {
                path,
                template: Arc::clone(&template),
                offers,
            });
            by_word.entry(word(path)).or_default().push(Arc::clone(&line));
            by_template.insert(template, line);
        }
        Self {
            prefix: prefix.to_owned(),
            by_word,
            by_template,
        }
    }

    /// Where a request belongs, found out once.
    #[must_use]
    pub fn place(&self, request: &HttpRequest) -> Place {
        if let Some(known) = request.extensions().get::<Place>() {
            return known.clone();
        }
        let place = self.find(request);
        request.extensions_mut().insert(place.clone());
        place
    }

    fn find(&self, request: &HttpRequest) -> Place {
        let line = self.line(request.path());
        let (template, line) = match line {
            Some(line) => (Some(Arc::clone(&line.template)), Some(line)),
            None => {
                let template: Option<Arc<str>> = request.match_pattern().map(Arc::from);
                let line = template.as_ref().and_then(|known| self.by_template.get(known));
                (template, line)
            }
        };
        let mut offers = line.map(|line| line.offers.iter()).unwrap_or_default();
        let asked = match *request.method() {
            Method::HEAD => &Method::GET,
            ref method => method,
        };
        let offer = offers.find(|offer| offer.method == *asked);
        Place {
            template,
            tier: offer.map_or(Tier::Default, |offer| offer.tier),
            begins_ahead: offer.is_some_and(|offer| offer.begins_ahead),
        }
    }

    fn line(&self, path: &str) -> Option<&Arc<Line>> {
        let path = path.strip_prefix(&self.prefix)?;
        let lines = self.by_word.get(word(path))?;
        lines.iter().find(|line| line.fits(path))
    }
}

/// The first segment of a path, which is a word in every path of the table.
fn word(path: &str) -> &str {
    path.split('/').nth(1).unwrap_or_default()
}

impl Line {
    fn fits(&self, path: &str) -> bool {
        let mut given = path.split('/');
        let fit = self.path.split('/').all(|own| {
            given
                .next()
                .is_some_and(|given| own == given || (own.starts_with('{') && !given.is_empty()))
        });
        fit && given.next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use actix_web::dev::Service;
    use actix_web::test::{TestRequest, init_service};
    use actix_web::{App, HttpResponse, web};
    use proptest::prelude::*;
    use proptest::test_runner::TestRunner;

    use super::super::configure;
    use super::*;

    const PREFIX: &str = "/api/v1";

    /// Paths of the table and what is near them.
    fn paths() -> impl Strategy<Value = String> {
        let lines: Vec<&'static str> = routes().iter().map(|route| route.path).collect();
        let words: Vec<&'static str> = lines.iter().flat_map(|path| path.split('/').skip(1)).collect();
        let id = "[0-9a-f]{8}-[0-9a-f]{4}|[a-z{}]{1,3}|%2e|%2F";
        let odd = prop_oneof![
            Just(String::new()),
            Just("..".to_owned()),
            prop::sample::select(words).prop_map(str::to_owned)
        ];
        let piece = prop_oneof![3 => id.prop_map(|id| id), 1 => odd];
        let filled = (
            prop::sample::select(lines),
            prop::collection::vec(piece.clone(), 4),
        )
            .prop_map(|(path, ids)| {
                let mut ids = ids.into_iter();
                let segments = path.split('/').map(|own| match own.starts_with('{') {
                    true => ids.next().unwrap(),
                    false => own.to_owned(),
                });
                segments.collect::<Vec<_>>().join("/")
            });
        let made = prop::collection::vec(piece, 0..5).prop_map(|pieces| format!("/{}", pieces.join("/")));
        let prefix = prop_oneof![8 => Just(PREFIX), 1 => Just("/api"), 1 => Just("/api/v1/x")];
        let end = prop_oneof![8 => Just(""), 1 => Just("/"), 1 => Just("//")];
        (prefix, prop_oneof![3 => filled, 1 => made], end)
            .prop_map(|(prefix, path, end)| format!("{prefix}{path}{end}"))
    }

    #[actix_web::test]
    async fn a_request_belongs_where_the_library_would_send_it() {
        let app = App::new()
            .service(web::scope(PREFIX).configure(|scope| configure(routes(), scope)))
            .wrap_fn(|request, _| {
                let answer = HttpResponse::Ok().body(request.match_pattern().unwrap_or_default());
                std::future::ready(Ok(request.into_response(answer)))
            });
        let (app, table) = (init_service(app).await, Table::new(PREFIX));
        let mut runner = TestRunner::new(ProptestConfig {
            cases: 5_000,
            failure_persistence: None,
            ..ProptestConfig::default()
        });
        let mut found = 0;
        runner
            .run(&paths(), |path| {
                let Ok(uri) = path.parse::<actix_web::http::Uri>() else {
                    return Ok(());
                };
                let request = TestRequest::default().uri(&uri.to_string()).to_request();
                let answer = futures::executor::block_on(app.call(request)).unwrap();
                let theirs =
                    futures::executor::block_on(actix_web::body::to_bytes(answer.into_body())).unwrap();
                let ours = table
                    .line(&path)
                    .map(|line| line.template.to_string())
                    .unwrap_or_default();
                prop_assert_eq!(ours.as_bytes(), &theirs[..], "{}", path);
                Ok(())
            })
            .unwrap();
        for route in routes() {
            found += usize::from(table.line(&format!("{PREFIX}{}", route.path)).is_some());
        }
        assert_eq!(found, routes().len(), "every path of the table is found");
    }
}
