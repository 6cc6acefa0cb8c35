//! Style sheets, as far as they decide what is seen and what stands side by side: simple selectors, no more.

use std::collections::HashMap;

/// Most rules that are kept.
const MAX_RULES: usize = 3_000;
/// Most bytes of style sheets that are read.
const MAX_BYTES: usize = 1_000_000;
/// Most comparisons of a rule with an element; beyond them, a page is read without its style sheets.
const MAX_WORK: usize = 20_000_000;
/// Longest selector, in elements.
const MAX_STEPS: usize = 6;

/// What a selector asks of one element.
#[derive(Debug, Clone, Default, PartialEq)]
struct Step {
    tag: Option<String>,
    id: Option<String>,
    classes: Vec<String>,
}

/// An element as selectors see it.
#[derive(Debug, Clone, Default)]
pub(super) struct Element {
    pub tag: String,
    pub id: String,
    pub classes: Vec<String>,
}

#[derive(Debug)]
struct Rule {
    steps: Vec<Step>,
    weight: (usize, usize, usize),
    /// Which block of declarations.
    block: usize,
}

/// The style sheets of a page.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    rules: Vec<Rule>,
    blocks: Vec<String>,
    /// Rules by what their last step asks for first: an id, a class or a tag.
    index: HashMap<String, Vec<usize>>,
    variables: HashMap<String, String>,
    work: usize,
    bytes: usize,
}

impl Sheet {
    /// Adds the rules of a style sheet.
    pub fn add(&mut self, text: &str) {
        self.bytes += text.len();
        if self.bytes > MAX_BYTES {
            return;
        }
        let text = without_comments(text);
        let mut rest = text.as_str();
        while let Some(open) = rest.find('{') {
            let head = rest.get(..open).unwrap_or_default();
            let head = head.rsplit(['}', ';']).next().unwrap_or(head).trim();
            let after = rest.get(open + 1..).unwrap_or_default();
            if let Some(condition) = head.strip_prefix('@') {
                // What holds on a screen is read as if it stood outside; the rest is stepped over.
                rest = if condition.starts_with("media") && on_screen(condition) {
                    after
                } else {
                    behind_block(after)
                };
                continue;
            }
            let close = after.find('}').unwrap_or(after.len());
            self.rule(head, after.get(..close).unwrap_or_default());
            rest = after.get(close + 1..).unwrap_or_default();
        }
    }

    fn rule(&mut self, head: &str, body: &str) {
        for declaration in body.split(';') {
            if let Some((name, value)) = declaration.split_once(':')
                && name.trim().starts_with("--")
                && self.variables.len() < MAX_RULES
            {
                self.variables
                    .insert(name.trim().to_owned(), value.trim().to_owned());
            }
        }
        let block = self.blocks.len();
        for selector in head.split(',') {
            let Some(steps) = steps(selector) else { continue };
            let Some(last) = steps.last() else { continue };
            if self.rules.len() >= MAX_RULES {
                return;
            }
            let weight = steps.iter().fold((0, 0, 0), |sum, step| {
                (
                    sum.0 + usize::from(step.id.is_some()),
                    sum.1 + step.classes.len(),
                    sum.2 + usize::from(step.tag.is_some()),
                )
            });
            self.index.entry(key(last)).or_default().push(self.rules.len());
            self.rules.push(Rule { steps, weight, block });
        }
        self.blocks.push(body.to_owned());
    }

    /// The declarations that hold for an element, the weakest first, variables put in.
    pub fn declarations(&mut self, element: &Element, around: &[&Element]) -> Vec<(String, String)> {
        if self.rules.is_empty() || self.work > MAX_WORK {
            return Vec::new();
        }
        let mut keys = vec![String::from("*"), element.tag.clone()];
        keys.push(format!("#{}", element.id));
        keys.extend(element.classes.iter().map(|class| format!(".{class}")));
        let mut found: Vec<&Rule> = Vec::new();
        for rule in keys.iter().filter_map(|key| self.index.get(key)).flatten() {
            self.work += 1;
            let Some(rule) = self.rules.get(*rule) else {
                continue;
            };
            if holds(rule, element, around, &mut self.work) {
                found.push(rule);
            }
        }
        found.sort_by_key(|rule| (rule.weight, rule.block));
        let blocks = found.iter().filter_map(|rule| self.blocks.get(rule.block));
        blocks.flat_map(|block| self.parse(block)).collect()
    }

    /// Declarations as names and values.
    pub fn parse(&self, block: &str) -> Vec<(String, String)> {
        let pairs = block
            .split(';')
            .filter_map(|declaration| declaration.split_once(':'));
        pairs
            .map(|(name, value)| {
                let value = value
                    .trim()
                    .trim_end_matches("!important")
                    .trim()
                    .to_ascii_lowercase();
                (name.trim().to_ascii_lowercase(), self.resolve(value))
            })
            .collect()
    }

    /// `var(--name, other)` as its value; values that hold further variables stay as they are.
    fn resolve(&self, value: String) -> String {
        let Some(at) = value.find("var(") else {
            return value;
        };
        let inside = value.get(at + 4..).unwrap_or_default();
        let Some(end) = inside.find(')') else { return value };
        let (name, other) = match inside.get(..end).unwrap_or_default().split_once(',') {
            Some((name, other)) => (name, other.trim()),
            None => (inside.get(..end).unwrap_or_default(), ""),
        };
        let known = self.variables.get(name.trim()).map_or(other, String::as_str);
        let before = value.get(..at).unwrap_or_default();
        format!("{before}{known}{}", inside.get(end + 1..).unwrap_or_default())
    }
}

fn key(step: &Step) -> String {
    if let Some(id) = &step.id {
        format!("#{id}")
    } else if let Some(class) = step.classes.first() {
        format!(".{class}")
    } else {
        step.tag.clone().unwrap_or_else(|| "*".to_owned())
    }
}

/// Whether a rule holds: its last step for the element, the others for elements around it, from the inside out.
fn holds(rule: &Rule, element: &Element, around: &[&Element], work: &mut usize) -> bool {
    let mut steps = rule.steps.iter().rev();
    if !steps.next().is_some_and(|step| matches(step, element)) {
        return false;
    }
    let mut outer = around.iter().rev();
    steps.all(|step| {
        outer.by_ref().any(|element| {
            *work += 1;
            matches(step, element)
        })
    })
}

fn matches(step: &Step, element: &Element) -> bool {
    step.tag.as_ref().is_none_or(|tag| *tag == element.tag)
        && step.id.as_ref().is_none_or(|id| *id == element.id)
        && step.classes.iter().all(|class| element.classes.contains(class))
}

/// The steps of a selector; `None` for one that asks for more than names: states, attributes, brothers.
fn steps(selector: &str) -> Option<Vec<Step>> {
    let selector = selector.trim();
    if selector.contains([':', '[', '+', '~', '(', '"']) || selector.is_empty() {
        return None;
    }
    let words = selector
        .split(|c: char| c.is_whitespace() || c == '>')
        .filter(|word| !word.is_empty());
    let steps: Vec<Step> = words.take(MAX_STEPS + 1).map(step).collect();
    (steps.len() <= MAX_STEPS).then_some(steps)
}

fn step(word: &str) -> Step {
    let mut step = Step::default();
    let mut rest = word;
    while !rest.is_empty() {
        let kind = rest.chars().next().filter(|c| matches!(c, '.' | '#'));
        let body = rest.get(usize::from(kind.is_some())..).unwrap_or_default();
        let end = body.find(['.', '#']).unwrap_or(body.len());
        let (name, after) = body.split_at(end);
        match kind {
            Some('.') => step.classes.push(name.to_owned()),
            Some(_) => step.id = Some(name.to_owned()),
            None if name != "*" && !name.is_empty() => step.tag = Some(name.to_ascii_lowercase()),
            None => {}
        }
        rest = after;
    }
    step
}

/// Whether a condition holds on a wide screen.
fn on_screen(condition: &str) -> bool {
    let condition = condition.to_ascii_lowercase();
    !condition.contains("print") && !condition.contains("max-width") && !condition.contains("prefers")
}

/// What stands behind a block that is open.
fn behind_block(text: &str) -> &str {
    let mut depth = 1_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return text.get(at + 1..).unwrap_or_default();
        }
    }
    ""
}

fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(tag: &str, class: &str) -> Element {
        Element {
            tag: tag.to_owned(),
            id: String::new(),
            classes: class.split_whitespace().map(str::to_owned).collect(),
        }
    }

    #[test]
    fn the_heavier_rule_wins_and_rules_for_paper_do_not_hold() {
        let mut sheet = Sheet::default();
        sheet.add(
            ":root{--ink:#123456} .a .d{color:var(--ink)} .d{color:red} @media print{.d{color:blue}} p{x:y}
             @media (min-width: 700px){ .d { float: right } } /* .d{color:green} */",
        );
        let outer = element("div", "a");
        let found = sheet.declarations(&element("span", "d"), &[&outer]);
        let pairs: Vec<(&str, &str)> = found.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(
            pairs,
            [("color", "red"), ("float", "right"), ("color", "#123456")]
        );
    }

    #[test]
    fn endless_and_broken_sheets_end() {
        let mut sheet = Sheet::default();
        for text in [
            "a{",
            "}}}}{",
            "@media{@media{{{{",
            "/*",
            "a{b:c",
            &"a,".repeat(100_000),
            &"@x{".repeat(50_000),
        ] {
            sheet.add(text);
        }
        assert!(sheet.rules.len() <= MAX_RULES);
    }
}
