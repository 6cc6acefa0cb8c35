//! A resume laid out as text or HTML, in one of many ways.

use std::fmt::Write as _;

use crate::place::Place;
use crate::random::Random;
use crate::words::Words;

/// What stands on the page.
pub(crate) struct Page<'a> {
    pub(crate) name: (String, String),
    pub(crate) headline: String,
    pub(crate) place: Place,
    pub(crate) summary: Option<String>,
    pub(crate) work: Vec<Position>,
    pub(crate) skills: Vec<String>,
    pub(crate) degree: String,
    pub(crate) words: &'a Words,
}

/// One position. Months are counted from the year 0.
pub(crate) struct Position {
    pub(crate) title: String,
    pub(crate) employer: String,
    pub(crate) city: &'static str,
    pub(crate) first: usize,
    pub(crate) last: usize,
    pub(crate) current: bool,
    pub(crate) lines: Vec<String>,
}

/// One line before it has looks.
enum Line {
    Name(String),
    Plain(String),
    Heading(String),
    /// The first line of a position or a course.
    Entry(String),
    Item(String),
}

/// How a page looks.
struct Looks {
    html: bool,
    capitals: bool,
    underlined: bool,
    bullet: &'static str,
    entry: usize,
    dates: usize,
    skills: usize,
    skills_first: bool,
    no_headline: bool,
}

impl Looks {
    fn any(random: &mut Random) -> Self {
        Self {
            html: random.chance(35),
            capitals: random.chance(40),
            underlined: random.chance(20),
            bullet: random.pick(&["- ", "• ", "* ", "– "]),
            entry: random.below(3),
            dates: random.below(3),
            skills: random.below(3),
            skills_first: random.chance(30),
            no_headline: random.chance(25),
        }
    }
}

/// The document's text.
pub(crate) fn lay_out(page: &Page<'_>, random: &mut Random) -> String {
    let looks = Looks::any(random);
    let mut lines = head(page, &looks, random);
    let skills = skills(page, &looks, random);
    let work = work(page, &looks, random);
    let (first, second) = if looks.skills_first {
        (skills, work)
    } else {
        (work, skills)
    };
    lines.extend(first);
    lines.extend(second);
    lines.push(Line::Heading(random.pick(page.words.education).to_owned()));
    let start = page.work.last().map_or(0, |position| position.first) / 12;
    let school = random.pick(&[
        "University of Leeds",
        "Universität Wien",
        "City College",
        "Universidad de Sevilla",
    ]);
    lines.push(Line::Entry(format!(
        "{}, {school}, {} - {}",
        page.degree,
        start.saturating_sub(4),
        start.saturating_sub(1)
    )));
    lines.push(Line::Heading(random.pick(page.words.languages).to_owned()));
    lines.push(Line::Plain(page.words.spoken.to_owned()));
    if looks.html {
        html(&lines)
    } else {
        text(&lines, &looks)
    }
}

fn head(page: &Page<'_>, looks: &Looks, random: &mut Random) -> Vec<Line> {
    let (first, last) = &page.name;
    let place = page.place;
    let mut lines = vec![Line::Name(format!("{first} {last}"))];
    if !looks.no_headline {
        lines.push(Line::Plain(page.headline.clone()));
    }
    let address = random.pick(&[
        format!("{}, {}", place.city, place.country),
        format!(
            "{}, {} {}, {}",
            place.street, place.code, place.city, place.country
        ),
    ]);
    let mail = format!("{}.{}@mail.example", first.to_lowercase(), last.to_lowercase());
    let phone = format!("+49 30 {:07}", random.between(1_000_000, 9_999_999));
    if random.chance(50) {
        lines.push(Line::Plain(format!("{address} | {mail} | {phone}")));
    } else {
        lines.extend([address, mail, phone].map(Line::Plain));
    }
    if let Some(summary) = &page.summary {
        lines.push(Line::Heading(random.pick(page.words.summary).to_owned()));
        lines.push(Line::Plain(summary.clone()));
    }
    lines
}

fn skills(page: &Page<'_>, looks: &Looks, random: &mut Random) -> Vec<Line> {
    if page.skills.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![Line::Heading(random.pick(page.words.skills).to_owned())];
    match looks.skills {
        0 => lines.push(Line::Plain(page.skills.join(", "))),
        1 => lines.push(Line::Plain(page.skills.join(" | "))),
        _ => lines.extend(page.skills.iter().cloned().map(Line::Item)),
    }
    lines
}

fn work(page: &Page<'_>, looks: &Looks, random: &mut Random) -> Vec<Line> {
    let mut lines = vec![Line::Heading(random.pick(page.words.work).to_owned())];
    for position in &page.work {
        let from = month(position.first, looks, page.words);
        let to = if position.current {
            page.words.present.to_owned()
        } else {
            month(position.last, looks, page.words)
        };
        let Position {
            title,
            employer,
            city,
            ..
        } = position;
        match looks.entry {
            0 => lines.push(Line::Entry(format!("{title}, {employer}, {city}, {from} - {to}"))),
            1 => {
                lines.push(Line::Entry(format!("{employer}, {city}")));
                lines.push(Line::Plain(format!("{title} ({from} – {to})")));
            }
            _ => {
                lines.push(Line::Entry(format!("{from} - {to}  {title}")));
                lines.push(Line::Plain(format!("{employer}, {city}")));
            }
        }
        lines.extend(position.lines.iter().cloned().map(Line::Item));
    }
    lines
}

fn month(at: usize, looks: &Looks, words: &Words) -> String {
    let (year, month) = (at / 12, at % 12);
    match looks.dates {
        0 => format!("{:02}/{year}", month + 1),
        1 => format!("{year}-{:02}", month + 1),
        _ => format!("{} {year}", words.months.get(month).copied().unwrap_or_default()),
    }
}

fn text(lines: &[Line], looks: &Looks) -> String {
    let mut text = String::new();
    for line in lines {
        match line {
            Line::Name(name) => text.push_str(name),
            Line::Plain(plain) => text.push_str(plain),
            Line::Heading(heading) => {
                let heading = if looks.capitals {
                    heading.to_uppercase()
                } else {
                    heading.clone()
                };
                text.push('\n');
                text.push_str(&heading);
                if looks.underlined {
                    text.push('\n');
                    text.extend(heading.chars().map(|_| '-'));
                }
            }
            Line::Entry(entry) => {
                text.push('\n');
                text.push_str(entry);
            }
            Line::Item(item) => {
                text.push_str(looks.bullet);
                text.push_str(item);
            }
        }
        text.push('\n');
    }
    text
}

fn html(lines: &[Line]) -> String {
    let mut html = String::from("<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head><body>\n");
    for line in lines {
        let (tag, text) = match line {
            Line::Name(text) => ("h1", text),
            Line::Plain(text) => ("p", text),
            Line::Heading(text) => ("h2", text),
            Line::Entry(text) => ("h3", text),
            Line::Item(text) => ("li", text),
        };
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        // Writing to a string cannot fail.
        let _ = writeln!(html, "<{tag}>{text}</{tag}>");
    }
    html.push_str("</body></html>\n");
    html
}
