//! Answers as the cache keeps them: everything but what is about one request.

use std::ops::Range;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::HeaderName;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Answer, Instead, Meta, entity_tag};
use crate::extract::page::PageQuery;
use crate::problem::Problem;
use crate::views::search::SearchMeta;

/// What stands before the data of a kept answer, on a line of its own.
#[derive(Serialize, Deserialize)]
struct Head {
    /// Page, entries on a page, entries in all.
    page: Option<(u32, u32, i64)>,
    /// What else `meta` tells.
    about: Map<String, Value>,
    /// Header fields.
    fields: Vec<(String, String)>,
    /// Of the data, for the `ETag`.
    digest: String,
}

/// The part of `meta` that is about the data and not about the request or the page.
#[derive(Serialize)]
struct About<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    engine: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    degraded: Option<bool>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    search: Option<&'a SearchMeta>,
}

/// The `meta` of an answer that was kept.
#[derive(Serialize)]
struct KeptMeta<'a> {
    #[serde(flatten)]
    meta: &'a Meta,
    #[serde(flatten)]
    about: &'a Map<String, Value>,
}

/// What stands in the place of the data where an answer was kept.
#[derive(Debug)]
pub(super) struct Remembered {
    text: Arc<str>,
    data: Range<usize>,
    digest: String,
    about: Map<String, Value>,
}

impl Remembered {
    /// The data as JSON.
    pub(super) fn data(&self) -> &[u8] {
        self.text.get(self.data.clone()).unwrap_or_default().as_bytes()
    }

    /// The data's digest.
    pub(super) fn digest(&self) -> &str {
        &self.digest
    }

    /// This `meta` with what else was kept of it, as JSON.
    pub(super) fn meta(&self, meta: &Meta) -> serde_json::Result<Vec<u8>> {
        let about = &self.about;
        serde_json::to_vec(&KeptMeta { meta, about })
    }
}

impl<T: Serialize> Answer<T> {
    /// Whether a part of the engine was away when it was made.
    #[must_use]
    pub fn is_degraded(&self) -> bool {
        self.engine.is_some_and(|(_, degraded)| degraded)
    }

    /// The answer as text, from which [`Answer::from_kept`] makes it again for another request.
    ///
    /// # Errors
    /// `internal` when it does not fit into JSON, which is a defect.
    pub fn to_kept(&self) -> Result<String, Problem> {
        let about = About {
            engine: self.engine.map(|(engine, _)| engine),
            degraded: self.engine.map(|(_, degraded)| degraded),
            search: self.search.as_deref(),
        };
        let about = match serde_json::to_value(about).map_err(Problem::internal)? {
            Value::Object(about) => about,
            _ => Map::new(),
        };
        let data = serde_json::to_string(&self.data).map_err(Problem::internal)?;
        let fields = self.headers.iter();
        let head = Head {
            page: self.page.map(|(page, total)| (page.page, page.per_page, total)),
            about,
            fields: fields
                .map(|(name, value)| (name.to_string(), value.clone()))
                .collect(),
            digest: entity_tag::digest(data.as_bytes()),
        };
        let head = serde_json::to_string(&head).map_err(Problem::internal)?;
        Ok(format!("{head}\n{data}"))
    }
}

impl Answer<()> {
    /// The answer that [`Answer::to_kept`] wrote; `None` for what it did not write.
    #[must_use]
    pub fn from_kept(text: Arc<str>) -> Option<Self> {
        let (head, _) = text.split_once('\n')?;
        let data = head.len() + 1..text.len();
        let head: Head = serde_json::from_str(head).ok()?;
        let mut answer = Self::with_status(StatusCode::OK, ());
        answer.page = head
            .page
            .map(|(page, per_page, total)| (PageQuery { page, per_page }, total));
        for (name, value) in head.fields {
            answer = answer.header(HeaderName::from_bytes(name.as_bytes()).ok()?, value);
        }
        answer.instead = Some(Instead::Remembered(Box::new(Remembered {
            text,
            data,
            digest: head.digest,
            about: head.about,
        })));
        Some(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_has_written_so_is_no_answer() {
        let kept = Answer::page(
            vec!["one\ntwo"],
            PageQuery {
                page: 1,
                per_page: 20,
            },
            1,
        )
        .to_kept();
        let kept = kept.unwrap();
        let again = Answer::from_kept(kept.as_str().into()).unwrap();
        let Some(Instead::Remembered(again)) = again.instead else {
            panic!("it was kept")
        };
        assert_eq!(again.data(), br#"["one\ntwo"]"#);
        for other in ["", "\n", "{}\n[]", "null\n[]", kept.lines().next().unwrap()] {
            assert!(Answer::from_kept(other.into()).is_none(), "{other}");
        }
    }
}
