//! Answers that may come from the cache.

use std::future::{Future, Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{CACHE_CONTROL, HeaderName};
use actix_web::{FromRequest, HttpRequest};
use hiring_platform::cache::{Cache, CacheKey, Class, Found, Kept, Room, Scope};
use serde::Serialize;

use crate::answer::Answer;
use crate::problem::Problem;

/// Says whether an answer came from the cache: `hit`, `miss` or `bypass`.
static X_CACHE: HeaderName = HeaderName::from_static("x-cache");

/// What was asked, and whether the caller wants it computed in any case (`Cache-Control: no-cache`).
#[derive(Debug)]
pub struct Cached {
    path: String,
    query: String,
    fresh: bool,
}

impl FromRequest for Cached {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self {
            path: request.path().to_owned(),
            query: request.query_string().to_owned(),
            fresh: wants_fresh(request),
        }))
    }
}

impl Cached {
    /// The answer to this request for everybody of this scope, from the cache or computed. What is `degraded` is not kept.
    ///
    /// # Errors
    /// Those of the computation.
    pub async fn answer<T, F>(
        self,
        cache: &Cache,
        (class, room, scope): (Class, Room, Scope),
        compute: impl Fn() -> F,
    ) -> Result<Answer<()>, Problem>
    where
        T: Serialize,
        F: Future<Output = Result<Answer<T>, Problem>>,
    {
        if self.fresh || !cache.is_on() {
            return self.bypass(cache, class, compute).await;
        }
        let key = CacheKey::new(class, room, scope, &[&self.path, &self.query]);
        let kept = || async {
            let answer = compute().await?;
            Ok::<_, Problem>(Kept {
                text: answer.to_kept()?,
                worth: !answer.is_degraded(),
            })
        };
        let (text, found) = cache.through(&key, kept).await?;
        match Answer::from_kept(text) {
            Some(answer) => Ok(answer.header(X_CACHE.clone(), found.name().to_owned())),
            // Somebody else has written there, so it is done without.
            None => self.bypass(cache, class, compute).await,
        }
    }

    async fn bypass<T, F>(
        &self,
        cache: &Cache,
        class: Class,
        compute: impl Fn() -> F,
    ) -> Result<Answer<()>, Problem>
    where
        T: Serialize,
        F: Future<Output = Result<Answer<T>, Problem>>,
    {
        let answer = compute().await?.written()?;
        cache.bypassed(class);
        Ok(answer.header(X_CACHE.clone(), Found::Bypass.name().to_owned()))
    }
}

fn wants_fresh(request: &HttpRequest) -> bool {
    let fields = request.headers().get_all(CACHE_CONTROL);
    fields
        .filter_map(|field| field.to_str().ok())
        .flat_map(|field| field.split(','))
        .map(str::trim)
        .any(|word| word.eq_ignore_ascii_case("no-cache") || word.eq_ignore_ascii_case("no-store"))
}
