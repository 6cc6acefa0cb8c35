//! Reads every document of a directory and writes what was read as JSON, one file a document:
//! `predict SOURCE_DIR TARGET_DIR [--text]`.

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use chrono::NaiveDate;
use hiring_core::resume::{Leaf, Resume};
use hiring_resume::{ReadOptions, read};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, source, target, rest @ ..] = arguments.as_slice() else {
        return Err("usage: predict SOURCE_DIR TARGET_DIR [--text]".into());
    };
    std::fs::create_dir_all(target)?;
    let today = NaiveDate::from_ymd_opt(2026, 11, 15).ok_or("no such day")?;
    let options = ReadOptions { today };
    let mut files = 0_u32;
    let started = Instant::now();
    for entry in std::fs::read_dir(source)? {
        let path = entry?.path();
        let kind = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        if !path.is_file() || kind == "json" {
            continue;
        }
        let name = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
        match read(&std::fs::read(&path)?, &options) {
            Ok(answer) => {
                files += 1;
                write(
                    target,
                    name,
                    "json",
                    &serde_json::to_string_pretty(&prediction(&answer.resume))?,
                )?;
                if rest.iter().any(|r| r == "--text") {
                    write(target, name, "txt", &answer.visible_text)?;
                    write(target, name, "full", &serde_json::to_string_pretty(&answer)?)?;
                }
            }
            Err(failure) => println!("{name}.{kind}: {}", failure.code()),
        }
    }
    println!(
        "{files} files, {:.2} ms a file",
        started.elapsed().as_secs_f64() * 1e3 / f64::from(files.max(1))
    );
    Ok(())
}

fn write(target: &str, name: &str, kind: &str, text: &str) -> std::io::Result<()> {
    std::fs::write(Path::new(target).join(format!("{name}.{kind}")), text)
}

fn value(leaf: Option<&Leaf>) -> Value {
    leaf.map_or(Value::Null, |leaf| json!(leaf.value))
}

fn prediction(resume: &Resume) -> Value {
    let work: Vec<Value> = resume
        .work
        .iter()
        .map(|row| {
            json!({"company": value(row.company.as_ref()), "title": value(row.title.as_ref()),
                   "start": value(row.start.as_ref()), "end": value(row.end.as_ref())})
        })
        .collect();
    let education: Vec<Value> = resume
        .education
        .iter()
        .map(|row| {
            json!({"institution": value(row.institution.as_ref()), "degree": value(row.degree.as_ref()),
                   "area": value(row.area.as_ref())})
        })
        .collect();
    json!({
        "name": value(resume.contact.name.as_ref()),
        "email": value(resume.contact.emails.first()),
        "phone": value(resume.contact.phones.first()),
        "urls": resume.contact.urls.iter().map(|leaf| &leaf.value).collect::<Vec<_>>(),
        "location": value(resume.contact.location.as_ref()),
        "skills": resume.skills.iter().map(|skill| &skill.name.raw).collect::<Vec<_>>(),
        "work": work,
        "education": education,
        "languages": resume.languages.iter().map(|language| &language.name.raw).collect::<Vec<_>>(),
        "total_experience_years": resume.total_experience_years.map(|years| (f64::from(years) * 100.0).round() / 100.0),
    })
}
