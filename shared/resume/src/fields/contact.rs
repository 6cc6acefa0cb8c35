//! E-mail addresses, telephone numbers and web addresses, wherever they stand.

use std::ops::Range;

use hiring_core::resume::Leaf;

use crate::layout::Visible;
use crate::words::year_at;

/// Most of each that are kept.
const MOST: usize = 8;

/// E-mail addresses in order of appearance, each once.
pub(super) fn emails(visible: &Visible) -> Vec<Leaf> {
    let text = visible.text.as_str();
    let mut found: Vec<Leaf> = Vec::new();
    for (at, _) in text.match_indices('@') {
        let Some(range) = email_around(text, at) else {
            continue;
        };
        let value = text
            .get(range.clone())
            .map(|raw| raw.replace('\n', "").to_lowercase());
        if found.iter().any(|leaf| Some(&leaf.value) == value.as_ref()) || found.len() >= MOST {
            continue;
        }
        found.extend(visible.leaf(range, value, 0.98));
    }
    found
}

fn email_around(text: &str, at: usize) -> Option<Range<usize>> {
    let local = |c: char| c.is_ascii_alphanumeric() || "._%+-'".contains(c);
    let before = text.get(..at)?;
    let mut start = before
        .char_indices()
        .rev()
        .take_while(|(_, c)| local(*c))
        .last()?
        .0;
    start += text.get(start..at)?.len() - text.get(start..at)?.trim_start_matches(['.', '-', '\'']).len();
    // Narrow columns break long addresses: the line above ends within the name.
    if let Some(above) = text.get(..start)?.strip_suffix('\n') {
        let word = above.rsplit(char::is_whitespace).next().unwrap_or_default();
        if word.len() > 1 && word.ends_with(['-', '.', '_', '+']) && word.chars().all(local) {
            start -= word.len() + 1;
        }
    }
    let domain = |c: char| c.is_alphanumeric() || c == '.' || c == '-';
    let after = text.get(at + 1..)?;
    let mut length = after.find(|c: char| !domain(c)).unwrap_or(after.len());
    let broken = |name: &str| !name.trim_end_matches('.').contains('.') || name.ends_with(['.', '-']);
    if after.get(length..)?.starts_with('\n') && broken(after.get(..length)?) {
        let below = after.get(length + 1..)?;
        let rest = below.find(|c: char| !domain(c)).unwrap_or(below.len());
        if below.get(..rest)?.contains('.') || after.get(..length)?.contains('.') {
            length += 1 + rest;
        }
    }
    let name = after.get(..length)?.trim_end_matches(['.', '-']);
    let (_, top) = name.rsplit_once('.')?;
    let top = top.trim();
    let sound =
        start < at && top.len() >= 2 && top.chars().all(char::is_alphabetic) && !name.starts_with('.');
    sound.then(|| start..at + 1 + name.len())
}

/// Telephone numbers in the lines that the parts of a resume with contact data hold.
pub(super) fn phones(visible: &Visible, lines: impl Iterator<Item = usize>) -> Vec<Leaf> {
    let mut found: Vec<Leaf> = Vec::new();
    for line in lines.filter_map(|at| visible.lines.get(at)) {
        let text = visible.line_text(line);
        for range in phones_in(text) {
            let raw = text.get(range.clone()).unwrap_or_default();
            let value = normal_phone(raw);
            if found.len() < MOST && !found.iter().any(|leaf| leaf.value == value) {
                let range = line.range.start + range.start..line.range.start + range.end;
                found.extend(visible.leaf(range, Some(value), 0.9));
            }
        }
    }
    found
}

fn phones_in(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text
        .get(at..)
        .and_then(|rest| rest.find(|c: char| c.is_ascii_digit() || c == '+' || c == '('))
    {
        let start = at + start;
        let rest = text.get(start..).unwrap_or_default();
        let length = rest
            .find(|c: char| !(c.is_ascii_digit() || " +()-./\u{a0}‐‑–".contains(c)))
            .unwrap_or(rest.len());
        let length = length.max(rest.chars().next().map_or(1, char::len_utf8));
        let raw = rest.get(..length).unwrap_or_default();
        let raw = raw.trim_end_matches(|c: char| !c.is_ascii_digit());
        let before = text.get(..start).and_then(|before| before.chars().next_back());
        let glued = before.is_some_and(|c| c.is_alphanumeric() || c == '/' || c == '_' || c == '-');
        if !glued && is_phone(raw) {
            found.push(start..start + raw.len());
        }
        at = start + length;
    }
    found
}

fn is_phone(raw: &str) -> bool {
    let digits = raw.bytes().filter(u8::is_ascii_digit).count();
    if !(7..=15).contains(&digits) {
        return false;
    }
    // Two years are a span of time, and eight digits with dots a day.
    let years = year_at(raw).is_some() && digits <= 12 && !raw.starts_with(['+', '(', '0']);
    let day = raw.split(['.', '-', '/']).count() == 3 && digits <= 8 && year_at(raw).is_some();
    !years && !day && !raw.contains(" - ") && !raw.contains(" – ")
}

/// Digits with the leading `+`; a `(0)` behind a country code is not dialled.
fn normal_phone(raw: &str) -> String {
    let plus = raw.trim_start_matches('(').starts_with('+');
    let raw = if plus {
        raw.replace("(0)", "")
    } else {
        raw.to_owned()
    };
    let digits: String = raw.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix("00") {
        Some(rest) if !plus => format!("+{rest}"),
        _ if plus => format!("+{digits}"),
        _ => digits,
    }
}

/// Top-level domains that count without `https://` or `www.`.
const TOPS: &[&str] = &[
    "com", "org", "net", "io", "dev", "me", "de", "fr", "es", "uk", "eu", "in", "co", "ca", "ch", "at", "nl",
    "it", "app", "info", "ai", "tech", "page", "site", "design", "us", "pl", "be", "br", "mx", "au", "xyz",
    "online", "blog", "work",
];

/// Web addresses: with a scheme or `www.` anywhere, bare domains in the lines with contact data.
pub(super) fn urls(visible: &Visible, contact: &[usize]) -> Vec<Leaf> {
    let mut found: Vec<Leaf> = Vec::new();
    for (number, line) in visible.lines.iter().enumerate() {
        let text = visible.line_text(line);
        let bare = contact.contains(&number);
        let mut at = 0;
        for token in text.split(|c: char| {
            c.is_whitespace() || matches!(c, '|' | '(' | ')' | '<' | '>' | ',' | ';' | '•' | '[' | ']')
        }) {
            let start = at;
            at += token.len() + 1;
            let Some(from) = text
                .get(start..)
                .and_then(|rest| rest.find(token))
                .map(|gap| start + gap)
            else {
                continue;
            };
            at = at.max(from + token.len());
            let trimmed = token.trim_end_matches(['.', ':', '"', '\'', '·']);
            if found.len() < MOST && is_url(trimmed, bare) && !after_address(visible, line.range.start + from)
            {
                let start = line.range.start + from;
                let end = start + trimmed.len();
                let range = start..end + broken_rest(&visible.text, start, end);
                let value = normal_url(&visible.slice(&range).replace('\n', ""));
                if !found.iter().any(|leaf| leaf.value == value) {
                    found.extend(visible.leaf(range, Some(value), 0.9));
                }
            }
        }
    }
    found
}

/// Bytes of the next line that belong to an address that breaks at its line's end.
fn broken_rest(text: &str, start: usize, end: usize) -> usize {
    let (Some(shown), Some(rest)) = (text.get(start..end), text.get(end..)) else {
        return 0;
    };
    let (Some(below), true) = (rest.strip_prefix('\n'), shown.contains('/')) else {
        return 0;
    };
    let length = below
        .find(|c: char| c.is_whitespace() || matches!(c, ')' | '|' | ','))
        .unwrap_or(below.len());
    let word = below.get(..length).unwrap_or_default();
    let plain = !word.is_empty()
        && !word.contains('@')
        && word
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_/.%".contains(c));
    if plain && shown.ends_with(['/', '-', '_']) {
        length + 1
    } else {
        0
    }
}

/// Whether what stands here is the second half of an e-mail address that a line end broke.
fn after_address(visible: &Visible, start: usize) -> bool {
    let above = visible
        .text
        .get(..start)
        .and_then(|before| before.strip_suffix('\n'));
    let word = above
        .and_then(|above| above.rsplit(char::is_whitespace).next())
        .unwrap_or_default();
    word.split_once('@')
        .is_some_and(|(_, domain)| !domain.contains('.') || domain.ends_with(['.', '-']))
}

fn is_url(token: &str, bare: bool) -> bool {
    if token.contains('@') || token.len() < 4 || !token.contains('.') {
        return false;
    }
    let lower = token.to_ascii_lowercase();
    if lower.starts_with("http://") || lower.starts_with("https://") || lower.starts_with("www.") {
        return true;
    }
    let host = lower.split('/').next().unwrap_or_default();
    let known = ["linkedin.com", "github.com", "gitlab.com", "xing.com"]
        .iter()
        .any(|site| host.ends_with(site));
    let top = host.rsplit('.').next().unwrap_or_default();
    let shaped = host.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '-')
        && host.starts_with(|c: char| c.is_alphanumeric())
        && host.split('.').all(|label| !label.is_empty())
        && host.chars().any(char::is_alphabetic);
    shaped && (known || bare && TOPS.contains(&top) && token == lower)
}

fn normal_url(token: &str) -> String {
    let lower = token.to_ascii_lowercase();
    if lower.starts_with("http") {
        token.to_owned()
    } else {
        format!("https://{token}")
    }
}
