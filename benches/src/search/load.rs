//! Puts invented people into the measured database: COPY, then the indexes of vectors, as after a restore.

use std::fmt::Write;
use std::io::Cursor;
use std::pin::pin;

use anyhow::Context;
use futures::SinkExt;
use hiring_core::ids::{ChunkId, OrgId};
use hiring_core::taxonomy;
use tokio_postgres::Client;

use super::people::{Inventor, Person};
use super::random::Random;

/// Length of the noise that is added to a sentence's vector of length 1: the cosine to the sentence stays at about 0.89.
const NOISE: f32 = 0.5;
/// People in one COPY.
const BATCH: usize = 2_000;

/// What vectors are made from.
pub struct Vectors<'a> {
    /// Name and version of the model.
    pub model: &'a str,
    /// One for each sentence.
    pub sentences: &'a [Vec<f32>],
}

impl Vectors<'_> {
    /// A sentence's vector, moved a little and of length 1 again, as pgvector reads it.
    fn near(&self, sentence: usize, random: &mut Random) -> String {
        let empty = Vec::new();
        let base = self.sentences.get(sentence).unwrap_or(&empty);
        let scale = NOISE / (base.len().max(1) as f32).sqrt();
        let moved: Vec<f32> = base.iter().map(|x| random.normal().mul_add(scale, *x)).collect();
        let length = moved
            .iter()
            .map(|x| x * x)
            .sum::<f32>()
            .sqrt()
            .max(f32::MIN_POSITIVE);
        let mut text = String::with_capacity(moved.len() * 8 + 2);
        for x in &moved {
            text.push(if text.is_empty() { '[' } else { ',' });
            write!(text, "{:.4}", x / length).unwrap_or_default();
        }
        text.push(']');
        text
    }
}

/// Stores people of one organization.
///
/// # Errors
/// Whatever the database says.
pub async fn people(
    client: &Client,
    org: OrgId,
    inventor: &mut Inventor<'_>,
    vectors: &Vectors<'_>,
    count: usize,
) -> anyhow::Result<()> {
    let mut random = Random::new(count as u64);
    let mut left = count;
    while left > 0 {
        let people: Vec<Person> = (0..left.min(BATCH)).map(|_| inventor.person()).collect();
        left -= people.len();
        store(client, org, &people, vectors, &mut random).await?;
    }
    Ok(())
}

async fn store(
    client: &Client,
    org: OrgId,
    people: &[Person],
    vectors: &Vectors<'_>,
    random: &mut Random,
) -> anyhow::Result<()> {
    let (mut objects, mut rows, mut profiles, mut chunks) =
        (String::new(), String::new(), String::new(), String::new());
    for person in people {
        let (id, object, org) = (person.id.uuid(), person.object.uuid(), org.uuid());
        let hash = format!("\\\\x{0}{0}", id.simple());
        writeln!(
            objects,
            "{object}\t{org}\t{object}\tlive\t{hash}\t{}\ttxt",
            person.text.len()
        )?;
        writeln!(
            rows,
            "{id}\t{org}\t{object}\t{hash}\tresume.txt\ttxt\tready\t{}",
            fields(person)?
        )?;
        let first = person.pieces.first().context("a piece")?;
        writeln!(
            profiles,
            "{id}\t{org}\t{}\t{}",
            vectors.model,
            vectors.near(first.sentence, random)
        )?;
        for (ordinal, piece) in person.pieces.iter().enumerate() {
            let section = &piece.section;
            writeln!(
                chunks,
                "{}\t{org}\t{id}\t{}\t{ordinal}\t{}\t{}\t{}\t{}",
                ChunkId::generate().uuid(),
                vectors.model,
                section.kind.as_str(),
                section.start,
                section.end,
                vectors.near(piece.sentence, random)
            )?;
        }
    }
    copy(
        client,
        "stored_objects (id, organization_id, key, state, sha256, size_bytes, file_type)",
        objects,
    )
    .await?;
    let columns = "candidates (id, organization_id, object_id, sha256, file_name, file_type, status, name, email, location, headline, \
                   experience_months, education, skills, skill_names, visible_text, sections, resume, parser_version)";
    copy(client, columns, rows).await?;
    copy(
        client,
        "profile_vectors (candidate_id, organization_id, model, embedding)",
        profiles,
    )
    .await?;
    let columns = "chunk_vectors (id, organization_id, candidate_id, model, ordinal, section, start_offset, end_offset, embedding)";
    copy(client, columns, chunks).await
}

/// The columns that hold what was read.
fn fields(person: &Person) -> anyhow::Result<String> {
    let resume = &person.resume;
    let value = |leaf: Option<&hiring_core::resume::Leaf>| {
        leaf.map_or_else(|| "\\N".to_owned(), |leaf| escaped(&leaf.value))
    };
    let names: Vec<&str> = resume
        .skills
        .iter()
        .map(|skill| skill.name.value.as_str())
        .collect();
    let keys: Vec<String> = names.iter().map(|name| taxonomy::key(name)).collect();
    let columns = [
        value(resume.contact.name.as_ref()),
        value(resume.contact.emails.first()),
        value(resume.contact.location.as_ref()),
        value(resume.headline.as_ref()),
        person.experience_months.to_string(),
        person.education.to_owned(),
        array(keys.iter().map(String::as_str)),
        array(names.into_iter()),
        escaped(&person.text),
        escaped(&serde_json::to_string(&person.sections)?),
        escaped(&serde_json::to_string(resume)?),
        "bench".to_owned(),
    ];
    Ok(columns.join("\t"))
}

/// An array of texts in COPY's form.
fn array<'a>(items: impl Iterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = items
        .map(|item| format!("\"{}\"", item.replace('\\', "\\\\").replace('"', "\\\"")))
        .collect();
    escaped(&format!("{{{}}}", quoted.join(",")))
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('\t', "\\t")
        .replace('\n', "\\n")
        .replace('\r', "\\r")
}

/// COPY of tab-separated lines into a table with its columns.
///
/// # Errors
/// Whatever the database says.
pub async fn copy(client: &Client, into: &str, lines: String) -> anyhow::Result<()> {
    let mut sink = pin!(
        client
            .copy_in::<_, Cursor<Vec<u8>>>(&format!("COPY {into} FROM STDIN"))
            .await?
    );
    sink.send(Cursor::new(lines.into_bytes())).await?;
    sink.finish().await?;
    Ok(())
}
