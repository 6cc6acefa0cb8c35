//! The dashboard and the alert rules ask only for what the programs report, and have the shape that Grafana and Prometheus take.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use hiring_platform::telemetry::catalogue::{FAMILIES, Family, Kind};
use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::{self, Expr, VectorSelector};
use promql_parser::util::{ExprVisitor, walk_expr};
use serde::Deserialize;
use serde_json::Value;

use crate::sources;

/// What Prometheus and other exporters report: `up` of every target, and the blackbox exporter's look at certificates.
const OTHERS: [&str; 2] = ["up", "probe_ssl_earliest_cert_expiry"];
/// Labels that Prometheus adds to every series.
const TARGET: [&str; 2] = ["job", "instance"];

fn monitoring(file: &str) -> String {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/monitoring");
    std::fs::read_to_string(folder.join(file)).unwrap()
}

/// What is wrong with an expression, if it can be read at all.
fn wrongs(expression: &str) -> Vec<String> {
    // Grafana puts these in.
    let known = expression
        .replace("$__rate_interval", "5m")
        .replace("$input_price", "1")
        .replace("$output_price", "1");
    match parser::parse(&known) {
        Err(error) => vec![format!("{expression}: {error}")],
        Ok(parsed) => {
            let mut asked = Asked::default();
            walk_expr(&mut asked, &parsed).unwrap();
            asked
                .wrongs
                .iter()
                .map(|wrong| format!("{expression}: {wrong}"))
                .collect()
        }
    }
}

#[derive(Default)]
struct Asked {
    functions: Vec<&'static str>,
    wrongs: Vec<String>,
}

impl ExprVisitor for Asked {
    type Error = std::convert::Infallible;

    fn pre_visit(&mut self, expression: &Expr) -> Result<bool, Self::Error> {
        match expression {
            Expr::Call(call) => self.functions.push(call.func.name),
            Expr::VectorSelector(selector) => self.look(selector),
            Expr::MatrixSelector(selector) => self.look(&selector.vs),
            Expr::Aggregate(aggregate) => {
                for label in aggregate
                    .modifier
                    .iter()
                    .flat_map(|modifier| &modifier.labels().labels)
                {
                    if !is_label(label) {
                        self.wrongs.push(format!("no metric has the label {label}"));
                    }
                }
            }
            _ => {}
        }
        Ok(true)
    }

    fn post_visit(&mut self, expression: &Expr) -> Result<bool, Self::Error> {
        if matches!(expression, Expr::Call(_)) {
            self.functions.pop();
        }
        Ok(true)
    }
}

impl Asked {
    fn look(&mut self, selector: &VectorSelector) {
        let name = selector.name.as_deref().unwrap_or_default();
        if OTHERS.contains(&name) {
            return;
        }
        let Some((family, grows)) = family(name) else {
            self.wrongs.push(format!("nothing reports {name}"));
            return;
        };
        let is_compared = self
            .functions
            .iter()
            .any(|function| ["rate", "increase", "irate"].contains(function));
        if grows != is_compared && !self.functions.contains(&"absent") {
            self.wrongs.push(match grows {
                true => format!("{name} only grows: it needs rate() or increase()"),
                false => format!("{name} goes up and down: it takes no rate()"),
            });
        }
        for matcher in &selector.matchers.matchers {
            self.wrongs.extend(wrong(family, matcher));
        }
    }
}

/// The family that a series belongs to, and whether the series only grows.
fn family(name: &str) -> Option<(&'static Family, bool)> {
    let find = |name: &str| FAMILIES.iter().find(|family| family.name == name);
    if let Some(family) = find(name) {
        let counter = family.kind == Kind::Counter;
        return (family.kind != Kind::Histogram).then_some((family, counter));
    }
    let part = ["_bucket", "_count", "_sum"]
        .into_iter()
        .find_map(|part| name.strip_suffix(part))?;
    find(part)
        .filter(|family| family.kind == Kind::Histogram)
        .map(|family| (family, true))
}

fn is_label(label: &str) -> bool {
    let of_families = FAMILIES.iter().flat_map(|family| family.labels);
    label == "le" || TARGET.contains(&label) || of_families.into_iter().any(|known| *known == label)
}

/// Labels must be the family's, and values words that the sources say, or patterns of numbers.
fn wrong(family: &Family, matcher: &Matcher) -> Option<String> {
    if matcher.name == "job" {
        return None;
    }
    if !family.labels.contains(&matcher.name.as_str()) {
        return Some(format!("{} has no label {}", family.name, matcher.name));
    }
    let is_pattern = matches!(matcher.op, MatchOp::Re(_) | MatchOp::NotRe(_));
    let values = if is_pattern {
        matcher.value.split('|').collect()
    } else {
        vec![matcher.value.as_str()]
    };
    let of_statuses = |value: &&str| matcher.name == "status" && value.ends_with("..");
    let unsaid = values
        .into_iter()
        .filter(|value| !of_statuses(value))
        .find(|value| !sources::say(value));
    unsaid.map(|value| format!("no source says the value {value} of {}", matcher.name))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    groups: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    name: String,
    rules: Vec<Rule>,
}

/// An alerting rule as Prometheus documents it (configuration/alerting_rules).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    alert: String,
    expr: String,
    #[serde(default, rename = "for")]
    lasting: Option<String>,
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
}

fn rules() -> Vec<Rule> {
    let rules: Rules = serde_saphyr::from_str(&monitoring("alerts.yml")).unwrap();
    let names: BTreeSet<&str> = rules.groups.iter().map(|group| group.name.as_str()).collect();
    assert_eq!(
        names.len(),
        rules.groups.len(),
        "each group has a name of its own"
    );
    rules.groups.into_iter().flat_map(|group| group.rules).collect()
}

#[test]
fn alert_rules_ask_only_for_what_is_reported() {
    let wrongs: Vec<String> = rules().iter().flat_map(|rule| wrongs(&rule.expr)).collect();
    assert!(wrongs.is_empty(), "{wrongs:#?}");
}

#[test]
fn alert_rules_have_the_shape_that_prometheus_takes_and_a_way_out_each() {
    let operations = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/OPERATIONS.md");
    let operations = std::fs::read_to_string(operations).unwrap();
    let mut names = BTreeSet::new();
    for rule in rules() {
        let name = &rule.alert;
        assert!(names.insert(name.clone()), "{name} stands there twice");
        let lasts = |text: &String| {
            let (number, unit) = text.split_at(text.len() - 1);
            number.parse::<u32>().is_ok() && ["s", "m", "h", "d"].contains(&unit)
        };
        assert!(rule.lasting.as_ref().is_none_or(lasts), "{name}");
        let severity = rule.labels.get("severity").map(String::as_str);
        assert!(
            matches!(severity, Some("info" | "warning" | "critical")),
            "{name}"
        );
        let told: Vec<&String> = rule.annotations.keys().collect();
        assert_eq!(told, ["description", "summary"], "{name}");
        for text in rule.annotations.values() {
            for label in text.split("$labels.").skip(1) {
                let label: String = label
                    .chars()
                    .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
                    .collect();
                assert!(is_label(&label), "{name} names the label {label}");
                let kept = rule.expr.contains(&format!("{label},"))
                    || rule.expr.contains(&format!("{label})"))
                    || !rule.expr.contains("sum");
                assert!(kept, "{name}: the sum does not keep {label}");
            }
        }
        assert!(
            operations.contains(&format!("`{name}`")),
            "docs/OPERATIONS.md does not say what to do about {name}"
        );
    }
}

fn panels(dashboard: &Value) -> &Vec<Value> {
    dashboard["panels"].as_array().unwrap()
}

#[test]
fn the_dashboard_asks_only_for_what_is_reported_and_leaves_nothing_out() {
    let dashboard: Value = serde_json::from_str(&monitoring("dashboard.json")).unwrap();
    let targets = panels(&dashboard)
        .iter()
        .filter_map(|panel| panel["targets"].as_array());
    let expressions: Vec<&str> = targets
        .flatten()
        .map(|target| target["expr"].as_str().unwrap())
        .collect();
    let wrongs: Vec<String> = expressions
        .iter()
        .flat_map(|expression| wrongs(expression))
        .collect();
    assert!(wrongs.is_empty(), "{wrongs:#?}");
    let shown = |family: &&Family| {
        !expressions
            .iter()
            .any(|expression| expression.contains(family.name))
    };
    let unshown: Vec<&str> = FAMILIES.iter().filter(shown).map(|family| family.name).collect();
    assert_eq!(
        unshown,
        ["backup_age_seconds"],
        "which an alert has a better question for"
    );
}

#[test]
fn the_dashboard_has_the_shape_that_grafana_takes() {
    let dashboard: Value = serde_json::from_str(&monitoring("dashboard.json")).unwrap();
    for (field, is_right) in [
        (
            "uid",
            dashboard["uid"].as_str().is_some_and(|uid| uid.len() <= 40),
        ),
        ("title", dashboard["title"].is_string()),
        ("schemaVersion", dashboard["schemaVersion"].as_u64() >= Some(36)),
        (
            "time",
            dashboard["time"]["from"].is_string() && dashboard["time"]["to"].is_string(),
        ),
        ("id", dashboard["id"].is_null()),
    ] {
        assert!(is_right, "{field}");
    }
    let variables = dashboard["templating"]["list"].as_array().unwrap();
    let variables: BTreeSet<&str> = variables
        .iter()
        .map(|variable| variable["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        variables,
        BTreeSet::from(["datasource", "input_price", "output_price"])
    );
    let mut ids = BTreeSet::new();
    let mut taken = BTreeSet::new();
    for panel in panels(&dashboard) {
        let title = panel["title"].as_str().unwrap();
        assert!(
            ids.insert(panel["id"].as_u64().unwrap()),
            "{title}: its id is another's, too"
        );
        let place = |name: &str| panel["gridPos"][name].as_u64().unwrap();
        let (x, y, width, height) = (place("x"), place("y"), place("w"), place("h"));
        assert!(
            width > 0 && height > 0 && x + width <= 24,
            "{title}: the grid has 24 columns"
        );
        for cell in (x..x + width).flat_map(|column| (y..y + height).map(move |row| (column, row))) {
            assert!(taken.insert(cell), "{title} lies over another panel");
        }
        let kind = panel["type"].as_str().unwrap();
        assert!(["row", "timeseries", "stat"].contains(&kind), "{title}: {kind}");
        if kind == "row" {
            continue;
        }
        assert!(!panel["description"].as_str().unwrap().is_empty(), "{title}");
        let unit = panel["fieldConfig"]["defaults"]["unit"].as_str().unwrap();
        // Names from Grafana's list of units (@grafana/data, valueFormats/categories).
        let units = [
            "short",
            "s",
            "bytes",
            "percentunit",
            "reqps",
            "ops",
            "cpm",
            "currencyUSD",
        ];
        assert!(units.contains(&unit), "{title}: {unit}");
        let mut references = BTreeSet::new();
        for target in panel["targets"].as_array().unwrap() {
            assert!(
                references.insert(target["refId"].as_str().unwrap()),
                "{title}: refId"
            );
            assert_eq!(target["datasource"]["uid"], "${datasource}", "{title}");
        }
        assert!(!references.is_empty(), "{title} shows nothing");
    }
}

#[test]
fn a_question_for_something_else_is_noticed() {
    for (expression, why) in [
        (
            "sum(rate(http_request_total[5m]))",
            "nothing reports http_request_total",
        ),
        ("http_requests_total", "only grows"),
        ("rate(tasks_backlog[5m])", "goes up and down"),
        ("rate(http_requests_total{verb=\"GET\"}[5m])", "no label verb"),
        ("sum by (verb) (tasks_slots)", "the label verb"),
        ("tasks_backlog{state=\"sleeping\"}", "the value sleeping"),
        (
            "sum(rate(http_request_duration_seconds[5m]))",
            "nothing reports http_request_duration_seconds",
        ),
        ("sum(rate(http_requests_total[5m])", "sum(rate("),
    ] {
        let told = wrongs(expression).join("\n");
        assert!(told.contains(why), "{expression}: {told}");
    }
    assert_eq!(
        wrongs("sum(rate(http_requests_total{status=~\"5..\"}[5m])) / sum(rate(http_requests_total[5m]))"),
        [""; 0]
    );
}

#[test]
fn the_scrape_configuration_names_the_jobs_that_questions_name() {
    let scraped = monitoring("prometheus.yml");
    for job in ["hiring-api", "hiring-worker"] {
        assert!(scraped.contains(&format!("job_name: {job}")), "{job}");
    }
    let jobs = rules().iter().filter(|rule| rule.expr.contains("job=")).count();
    assert_eq!(jobs, 1);
}
