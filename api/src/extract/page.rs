//! `page` and `per_page`.

use serde::Deserialize;
use utoipa::IntoParams;

use super::{Validate, Violations};

/// Most entries on a page.
pub const MAX_PER_PAGE: u32 = 100;
/// Deepest entry that paging reaches (`page` x `per_page`); beyond it there are exports.
pub const MAX_DEPTH: u64 = 10_000;

/// Which page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The page, from 1.
    #[serde(default = "first")]
    #[param(minimum = 1, default = 1)]
    pub page: u32,
    /// Entries on a page.
    #[serde(default = "usual")]
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub per_page: u32,
}

const fn first() -> u32 {
    1
}

const fn usual() -> u32 {
    20
}

impl PageQuery {
    /// The page that these optional parameters ask for; missing ones mean the first page of twenty.
    #[must_use]
    pub fn from_parts(page: Option<u32>, per_page: Option<u32>) -> Self {
        Self {
            page: page.unwrap_or(first()),
            per_page: per_page.unwrap_or(usual()),
        }
    }

    /// Entries to skip.
    #[must_use]
    pub fn offset(self) -> i64 {
        i64::from(self.page.saturating_sub(1)) * i64::from(self.per_page)
    }

    /// Most entries to answer.
    #[must_use]
    pub fn limit(self) -> i64 {
        i64::from(self.per_page)
    }

    /// Whether the following page is still within [`MAX_DEPTH`].
    #[must_use]
    pub fn next_is_reachable(self) -> bool {
        (u64::from(self.page) + 1) * u64::from(self.per_page) <= MAX_DEPTH
    }
}

impl Validate for PageQuery {
    fn validate(&self, violations: &mut Violations) {
        if self.page == 0 {
            violations.add("page", "out-of-range", "`page` starts at 1.");
        }
        if !(1..=MAX_PER_PAGE).contains(&self.per_page) {
            violations.add(
                "per_page",
                "out-of-range",
                format!("`per_page` is 1 to {MAX_PER_PAGE}."),
            );
        }
        if u64::from(self.page) * u64::from(self.per_page) > MAX_DEPTH {
            let detail =
                format!("`page` x `per_page` reaches at most {MAX_DEPTH} entries; narrow the filters.");
            violations.add("page", "out-of-range", detail);
        }
    }
}
