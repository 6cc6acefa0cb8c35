//! Web addresses and profiles of the person.

use std::ops::Range;

use hiring_core::reading::SectionKind;
use hiring_core::taxonomy::fold;

use super::{Found, MOST};
use crate::fields::Context;
use crate::layout::Visible;
use crate::words::{Words, listed};

/// Top-level domains that count without `https://` or `www.`.
static TOPS: Words = Words::new(
    "com|org|net|io|dev|me|de|fr|es|uk|eu|in|co|ca|ch|at|nl|it|app|info|ai|tech|page|site|design|us|pl|be|br|\
    mx|au|xyz|online|blog|work|ie|pt|se|dk|no|fi|cz|lu|cat|tr|cl|ar|art|studio|photo|photography|pro|biz|\
    name|cv|cloud|digital|codes|berlin|paris|london|wien|swiss|website|space|world|so|sh|gg|ee|link|bio",
);
/// Sites where people show themselves: an address there is a profile.
const NETWORKS: &str = "linkedin.com|github.com|gitlab.com|xing.com|github.io|gitlab.io|bitbucket.org|stackoverflow.com|\
    researchgate.net|orcid.org|scholar.google.com|behance.net|dribbble.com|medium.com|twitter.com|x.com|\
    kaggle.com|instagram.com|facebook.com|youtube.com|linktr.ee|about.me|huggingface.co|leetcode.com|\
    hackerrank.com|codepen.io|dev.to|viadeo.com|malt.fr|malt.de|vimeo.com|artstation.com|soundcloud.com|\
    academia.edu|codeberg.org|codewars.com|npmjs.com|pinterest.com|issuu.com|t.me";
/// Networks whose profiles have an address that follows from the user's name.
const HANDLES: &[(&str, &str)] = &[
    ("linkedin", "https://www.linkedin.com/in/"),
    ("github", "https://github.com/"),
    ("gitlab", "https://gitlab.com/"),
    ("xing", "https://www.xing.com/profile/"),
    ("orcid", "https://orcid.org/"),
    ("behance", "https://www.behance.net/"),
    ("dribbble", "https://dribbble.com/"),
];

/// Web addresses in order of appearance: bare domains in the lines with contact data, others wherever they are the person's.
/// `mail` is the name before the `@` of the first address.
pub(super) fn urls(context: &Context<'_>, contact: &[usize], mail: &str) -> Vec<Found> {
    let visible = context.visible;
    let mut found: Vec<Found> = Vec::new();
    for (number, line) in visible.lines.iter().enumerate() {
        let text = visible.line_text(line);
        let bare = contact.binary_search(&number).is_ok();
        let foreign = is_foreign(context, number);
        let short = text.split_whitespace().nth(3).is_none();
        let mut own = Vec::new();
        for token in tokens(text) {
            let start = line.range.start + token.start;
            let shown = text.get(token.clone()).unwrap_or_default();
            if !is_url(shown, bare && (!foreign || short)) || after_address(visible, start) {
                continue;
            }
            let end = start + shown.len();
            let range = start..end + broken_rest(&visible.text, start, end, mail);
            if !foreign || bare && (network(shown).is_some() || text.contains('@') || short) {
                own.push((range, None, 0.92));
            }
        }
        if bare && !foreign && own.is_empty() {
            own.extend(handle(text).map(|(at, value)| {
                (
                    line.range.start + at.start..line.range.start + at.end,
                    Some(value),
                    0.7,
                )
            }));
        }
        for (range, value, confidence) in own {
            let value = value.unwrap_or_else(|| normal(&visible.slice(&range).replace('\n', "")));
            if found.len() < MOST && !found.iter().any(|other| other.leaf.value == value) {
                found.extend(Found::new(visible, range, value, confidence));
            }
        }
    }
    found
}

/// Whether the line tells of work, schools or papers: addresses there belong to others.
fn is_foreign(context: &Context<'_>, number: usize) -> bool {
    context.parts.iter().any(|part| {
        part.lines.contains(&number)
            && matches!(
                part.kind,
                SectionKind::Work
                    | SectionKind::Education
                    | SectionKind::Projects
                    | SectionKind::Publications
                    | SectionKind::Certificates
            )
    })
}

/// Bytes of the words of a line with a full stop that could be addresses, without labels and punctuation around them.
fn tokens(text: &str) -> Vec<Range<usize>> {
    let cut = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '|' | '(' | ')' | '<' | '>' | ',' | ';' | '•' | '·' | '[' | ']' | '“' | '”' | '"'
            )
    };
    let mut found = Vec::new();
    if !text.contains('.') {
        return found;
    }
    let mut at = 0;
    for token in text.split_inclusive(cut) {
        let mut start = at;
        at += token.len();
        let shown = token
            .trim_end_matches(cut)
            .trim_end_matches(['.', ':', '\'', '/', '…']);
        let end = start + shown.len();
        // `Website:www.example.org`
        let label = shown
            .rmatch_indices(':')
            .find(|(at, _)| !shown.get(at + 1..).is_some_and(|rest| rest.starts_with("//")));
        let is_word = |label: &str| label.chars().all(char::is_alphabetic);
        if let Some((colon, _)) = label.filter(|(colon, _)| shown.get(..*colon).is_some_and(is_word)) {
            start += colon + 1;
        }
        if end > start + 3 {
            found.push(start..end);
        }
    }
    found
}

/// Bytes of the next line that belong to an address that breaks at its line's end.
fn broken_rest(text: &str, start: usize, end: usize, mail: &str) -> usize {
    let (Some(shown), Some(rest)) = (text.get(start..end), text.get(end..)) else {
        return 0;
    };
    // The slash at the end of an address belongs to it only when the address goes on.
    let slash = usize::from(rest.starts_with('/'));
    let Some(below) = rest.get(slash..).and_then(|rest| rest.strip_prefix('\n')) else {
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
    let alone = below
        .get(length..)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('\n'));
    let marked = shown.ends_with(['-', '_']) || word.starts_with(['-', '_']);
    let behind = below.get(length..).unwrap_or_default();
    let cut = slash == 1 || shown.contains('/') && (marked || is_cut_name(shown, word, behind, mail));
    if plain && (cut || alone && word.starts_with('/') && word.len() > 1) {
        slash + 1 + word.trim_end_matches(['.', '/']).len()
    } else {
        0
    }
}

/// Whether a profile's address in a narrow column goes on below: there a single word begins in the middle of a name.
fn is_cut_name(shown: &str, word: &str, behind: &str, mail: &str) -> bool {
    let alone = behind.is_empty() || behind.starts_with(['\n', '\t']);
    let slug = shown.rsplit('/').next().unwrap_or_default();
    let middle = word.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    let letters = word.chars().any(char::is_alphabetic);
    let joint =
        word.contains(['_', '-']) || word.len() <= 2 || word.bytes().any(|byte| byte.is_ascii_digit());
    // `jane-d` and `oe` where the e-mail address says `jane.doe`.
    let tail = slug.get(slug.len().saturating_sub(2)..).unwrap_or_default();
    let joint = joint || mail.contains(&fold(&format!("{tail}{word}")));
    network(shown).is_some() && slug.len() > 2 && alone && middle && letters && joint && !word.contains('.')
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

/// The host of an address, without scheme and `www.`, in lower case.
fn host(token: &str) -> String {
    let lower = token.to_ascii_lowercase();
    let rest = lower
        .strip_prefix("https://")
        .or_else(|| lower.strip_prefix("http://"))
        .unwrap_or(&lower);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned()
}

/// The network that an address belongs to.
fn network(token: &str) -> Option<&'static str> {
    let host = host(token);
    NETWORKS.split('|').find(|site| {
        host.strip_suffix(site)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

fn is_url(token: &str, bare: bool) -> bool {
    if token.contains('@') && !token.contains("/@") || token.len() < 4 || !token.contains('.') {
        return false;
    }
    let host = host(token);
    let labels: Vec<&str> = host.split('.').collect();
    let top = labels.last().copied().unwrap_or_default();
    let shaped = host.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '-')
        && host.chars().any(char::is_alphabetic)
        && labels.len() > 1
        && labels.iter().all(|label| !label.is_empty());
    let lower = token.to_ascii_lowercase();
    let schemed = ["http://", "https://", "www."]
        .iter()
        .any(|start| lower.starts_with(start));
    // `E-Mail.de` is an address, `B.Sc.in` none.
    let long = labels.iter().rev().nth(1).is_some_and(|label| label.len() > 1);
    shaped && (schemed || network(token).is_some() || bare && long && listed(&TOPS, top))
}

fn normal(token: &str) -> String {
    if token
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("http"))
    {
        token.to_owned()
    } else {
        format!("https://{token}")
    }
}

/// `LinkedIn: jane-doe` or `in/jane-doe`: bytes of the user's name and the address that follows from it.
fn handle(text: &str) -> Option<(Range<usize>, String)> {
    let mut at = 0;
    let mut label: Option<(&str, bool)> = None;
    for word in text.split_inclusive([' ', '\t', '|']) {
        let start = at;
        at += word.len();
        let shown = word.trim_end_matches([' ', '\t', '|', ',', ';']);
        let name = shown.trim_end_matches(':');
        let (name, glued) = name
            .split_once(':')
            .map_or((name, None), |(label, rest)| (label, Some(rest)));
        if let Some(base) = base_of(name) {
            label = Some((base, shown.contains(':')));
            let Some(user) = glued.filter(|user| is_user(user)) else {
                continue;
            };
            let from = start + shown.len() - user.len();
            return Some((from..from + user.len(), format!("{base}{user}")));
        }
        if let Some(user) = shown
            .trim_start_matches('/')
            .strip_prefix("in/")
            .filter(|user| is_user(user))
        {
            let from = start + shown.len() - user.len();
            return Some((
                from..from + user.len(),
                format!("https://www.linkedin.com/in/{user}"),
            ));
        }
        if let Some((base, colon)) = label.take() {
            let user = shown.trim_start_matches(['@', '/']);
            let marked = colon || user.contains(|c: char| !c.is_ascii_lowercase());
            if marked && is_user(user) {
                let from = start + shown.len() - user.len();
                return Some((from..from + user.len(), format!("{base}{user}")));
            }
        }
    }
    None
}

/// Whether a line is a user's name on a network and nothing more: `greg-baker (LinkedIn)`, also behind what a recogniser made of the
/// network's sign (`im greg-baker (LinkedIn)`). The name may hold the word of a trade.
pub(in crate::fields) fn is_account(line: &str) -> bool {
    let Some((before, network)) = line
        .trim_end()
        .strip_suffix(')')
        .and_then(|line| line.split_once('('))
    else {
        return false;
    };
    let mut words = before.split_whitespace().rev();
    base_of(network.trim()).is_some()
        && words.next().is_some_and(is_user)
        && words.all(|word| word.chars().count() <= 2)
}

fn base_of(name: &str) -> Option<&'static str> {
    let folded = fold(name);
    HANDLES
        .iter()
        .find(|(network, _)| *network == folded)
        .map(|(_, base)| *base)
}

/// Whether a word is a user's name on a network and not a word of a sentence.
fn is_user(word: &str) -> bool {
    (4..=40).contains(&word.len())
        && word
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'))
        && word.starts_with(|c: char| c.is_ascii_alphanumeric())
}
