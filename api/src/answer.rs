//! Success bodies: `{"data": ..., "meta": {"request_id", "timestamp", ...}}`.

use std::borrow::Cow;

use actix_web::body::BoxBody;
use actix_web::http::header::{CACHE_CONTROL, ContentType, ETAG, HeaderName, HeaderValue, LINK, LOCATION};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, Responder, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

mod entity_tag;
mod kept;

use crate::extract::page::PageQuery;
use crate::middleware::observe::request_id;
use crate::problem::Problem;
use crate::state::AppState;
use crate::views::search::SearchMeta;
use kept::Remembered;

/// What every success body says about itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct Meta {
    /// The id of the request, as in the `X-Request-ID` header.
    pub request_id: String,
    /// When the answer was made.
    pub timestamp: DateTime<Utc>,
    /// Lists only: entries in all pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
    /// Lists only: this page, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Lists only: entries on a page, 1-100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_page: Option<u32>,
    /// Search only: what answered, for instance `hybrid` or `lexical`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engine: Option<&'static str>,
    /// Search only: whether a part of the engine was away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub degraded: Option<bool>,
    /// Search only: what the text was read as, counts over the people found, and how the lists were fused.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub search: Option<Box<SearchMeta>>,
}

/// A success body.
#[derive(Debug, Serialize, ToSchema)]
pub struct Envelope<T> {
    /// What was asked for.
    pub data: T,
    /// About the answer.
    pub meta: Meta,
}

/// Data that is JSON already.
#[derive(Debug)]
enum Instead {
    /// The answer was kept.
    Remembered(Box<Remembered>),
    /// It was written for this request.
    Written(Vec<u8>),
}

/// A success answer that becomes an [`Envelope`].
#[derive(Debug)]
pub struct Answer<T> {
    status: StatusCode,
    data: T,
    page: Option<(PageQuery, i64)>,
    engine: Option<(&'static str, bool)>,
    search: Option<Box<SearchMeta>>,
    headers: Vec<(HeaderName, String)>,
    /// What stands in the place of the data.
    instead: Option<Instead>,
}

impl<T: Serialize> Answer<T> {
    /// `200 OK`.
    pub const fn ok(data: T) -> Self {
        Self::with_status(StatusCode::OK, data)
    }

    /// An answer with another success status.
    pub const fn with_status(status: StatusCode, data: T) -> Self {
        Self {
            status,
            data,
            page: None,
            engine: None,
            search: None,
            headers: Vec::new(),
            instead: None,
        }
    }

    /// `201 Created` with a `Location`.
    pub fn created(data: T, location: String) -> Self {
        Self::with_status(StatusCode::CREATED, data).header(LOCATION, location)
    }

    /// A page of a list: fills `meta` and the `Link` header.
    pub fn page(data: T, page: PageQuery, total: i64) -> Self {
        Self {
            page: Some((page, total)),
            ..Self::ok(data)
        }
    }

    /// Says which engine answered and whether a part of it was away.
    #[must_use]
    pub const fn engine(mut self, engine: &'static str, degraded: bool) -> Self {
        self.engine = Some((engine, degraded));
        self
    }

    /// Says how a search was read and what it found.
    #[must_use]
    pub fn search(mut self, meta: SearchMeta) -> Self {
        self.search = Some(Box::new(meta));
        self
    }

    /// Names the row's version in the `ETag`, so that a change can name it in `If-Match`.
    #[must_use]
    pub fn version(self, version: i32) -> Self {
        self.header(ETAG, format!("\"{version}\""))
    }

    /// Forbids caches to keep it, for personal data.
    #[must_use]
    pub fn private(self) -> Self {
        self.header(CACHE_CONTROL, "no-store".to_owned())
    }

    /// The same answer with its data written as JSON, so that it is of one type with one that was kept.
    ///
    /// # Errors
    /// `internal` when the data does not fit into JSON, which is a defect.
    pub fn written(self) -> Result<Answer<()>, Problem> {
        let data = serde_json::to_vec(&self.data).map_err(Problem::internal)?;
        Ok(Answer {
            status: self.status,
            data: (),
            page: self.page,
            engine: self.engine,
            search: self.search,
            headers: self.headers,
            instead: Some(Instead::Written(data)),
        })
    }

    /// The same answer with its data as JSON, so that it can be stored for an idempotency key.
    ///
    /// # Errors
    /// `internal` when the data does not fit into JSON, which is a defect.
    pub fn recorded(self) -> Result<Answer<Value>, Problem> {
        let data = serde_json::to_value(self.data).map_err(Problem::internal)?;
        let Self {
            status,
            page,
            engine,
            search,
            headers,
            ..
        } = self;
        Ok(Answer {
            status,
            data,
            page,
            engine,
            search,
            headers,
            instead: None,
        })
    }

    /// One more header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
}

impl Answer<Value> {
    /// Status, and data with headers, for the database. The `meta` is not kept: it is about one request.
    #[must_use]
    pub fn to_stored(&self) -> (u16, Value) {
        let headers: Vec<[&str; 2]> = self
            .headers
            .iter()
            .map(|(name, value)| [name.as_str(), value.as_str()])
            .collect();
        (
            self.status.as_u16(),
            serde_json::json!({ "data": self.data, "headers": headers }),
        )
    }

    /// The answer that [`Answer::to_stored`] made; `None` for what it did not make.
    #[must_use]
    pub fn from_stored(status: u16, mut stored: Value) -> Option<Self> {
        let mut answer =
            Self::with_status(StatusCode::from_u16(status).ok()?, stored.get_mut("data")?.take());
        for pair in stored.get("headers")?.as_array()? {
            let (name, value) = (pair.get(0)?.as_str()?, pair.get(1)?.as_str()?);
            answer = answer.header(HeaderName::from_bytes(name.as_bytes()).ok()?, value.to_owned());
        }
        Some(answer)
    }
}

impl<T: Serialize> Responder for Answer<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let now = request
            .app_data::<web::Data<AppState>>()
            .map(|state| state.clock.now())
            .unwrap_or_default();
        let mut answer = HttpResponse::build(self.status);
        let (mut version, links) = (
            None,
            self.page.and_then(|(page, total)| links(request, page, total)),
        );
        for (name, value) in self.headers {
            if name == ETAG {
                version = Some(value);
            } else {
                answer.insert_header((name, value));
            }
        }
        let meta = Meta {
            request_id: request_id(request),
            timestamp: now,
            total: self.page.map(|(_, total)| total),
            page: self.page.map(|(page, _)| page.page),
            per_page: self.page.map(|(page, _)| page.per_page),
            engine: self.engine.map(|(engine, _)| engine),
            degraded: self.engine.map(|(_, degraded)| degraded),
            search: self.search,
        };
        let (data, meta, digest) = match written(&self.data, self.instead.as_ref(), &meta) {
            Ok(written) => written,
            Err(error) => return Problem::internal(error).respond(request),
        };
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        let readable = self.status == StatusCode::OK && reads;
        if readable || version.is_some() {
            let digest = digest.unwrap_or_else(|| entity_tag::digest(&data).into());
            let tag = entity_tag::of(version.as_deref(), &digest, links.as_ref());
            let known = readable && entity_tag::is_known(request, &tag);
            answer.insert_header((ETAG, tag));
            if known {
                return answer.status(StatusCode::NOT_MODIFIED).finish();
            }
        }
        if let Some(links) = links {
            answer.insert_header((LINK, links));
        }
        answer
            .content_type(ContentType::json())
            .body([b"{\"data\":", &*data, b",\"meta\":", &meta, b"}"].concat())
    }
}

/// Data and `meta` as JSON, and the data's digest where it is known.
type Written<'a> = (Cow<'a, [u8]>, Vec<u8>, Option<Cow<'a, str>>);

fn written<'a>(
    data: &impl Serialize,
    instead: Option<&'a Instead>,
    meta: &Meta,
) -> serde_json::Result<Written<'a>> {
    Ok(match instead {
        Some(Instead::Remembered(kept)) => (
            Cow::Borrowed(kept.data()),
            kept.meta(meta)?,
            Some(Cow::Borrowed(kept.digest())),
        ),
        Some(Instead::Written(data)) => (Cow::Borrowed(data), serde_json::to_vec(meta)?, None),
        None => (
            Cow::Owned(serde_json::to_vec(data)?),
            serde_json::to_vec(meta)?,
            None,
        ),
    })
}

/// The `Link` header (RFC 8288) with `next` and `prev`, as far as there are such pages.
fn links(request: &HttpRequest, page: PageQuery, total: i64) -> Option<HeaderValue> {
    let kept: Vec<&str> = request
        .query_string()
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("page=") && !pair.starts_with("per_page="))
        .collect();
    let link = |number: u32, relation: &str| {
        let mut query = kept.clone();
        let (number, size) = (format!("page={number}"), format!("per_page={}", page.per_page));
        query.extend([number.as_str(), size.as_str()]);
        format!("<{}?{}>; rel=\"{relation}\"", request.path(), query.join("&"))
    };
    let mut links = Vec::new();
    if i64::from(page.page) * i64::from(page.per_page) < total && page.next_is_reachable() {
        links.push(link(page.page + 1, "next"));
    }
    if page.page > 1 {
        links.push(link(page.page - 1, "prev"));
    }
    if links.is_empty() {
        None
    } else {
        HeaderValue::from_str(&links.join(", ")).ok()
    }
}
