//! Cosines of stored vectors, as basis points.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use diesel::sql_types::{Array, Binary, Bool, Double, Integer, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::OrgId;
use uuid::Uuid;

use super::{JobTexts, Nearest, Similarity, StoredRow, ToBp};
use crate::DbError;
use crate::statement::statement;

/// What is known of each of these candidates.
pub(super) async fn all(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    (texts, to_bp): (&JobTexts, ToBp),
    rows: &[StoredRow],
) -> Result<HashMap<Uuid, Similarity>, DbError> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let chunked: Vec<Uuid> = rows
        .iter()
        .filter(|row| row.chunked_at.is_some())
        .map(|row| row.id)
        .collect();
    let mut all: HashMap<Uuid, Similarity> = ids.iter().map(|id| (*id, Similarity::default())).collect();
    for row in profiles(conn, org, texts, &ids).await? {
        if let Some(known) = all.get_mut(&row.candidate_id) {
            known.profile_bp = Some(bp(to_bp, row.similarity));
        }
    }
    for id in &chunked {
        if let Some(known) = all.get_mut(id) {
            known.requirements = Some(BTreeMap::new());
        }
    }
    for row in nearest(conn, org, texts, &chunked).await? {
        let requirements = all
            .get_mut(&row.candidate_id)
            .and_then(|known| known.requirements.as_mut());
        let label = usize::try_from(row.requirement).ok().and_then(|place| {
            // Places are counted from 1.
            texts.label(place.checked_sub(1)?)
        });
        if let (Some(requirements), Some(label)) = (requirements, label) {
            let nearest = Nearest {
                bp: bp(to_bp, row.similarity),
                start: usize::try_from(row.start_offset).unwrap_or_default(),
                end: usize::try_from(row.end_offset).unwrap_or_default(),
            };
            requirements.insert(label.to_owned(), nearest);
        }
    }
    Ok(all)
}

fn bp(to_bp: ToBp, cosine: f64) -> u16 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "four decimals of a cosine are what counts"
    )]
    let cosine = cosine as f32;
    to_bp(cosine)
}

#[derive(QueryableByName)]
struct Profile {
    #[diesel(sql_type = SqlUuid)]
    candidate_id: Uuid,
    #[diesel(sql_type = Double)]
    similarity: f64,
}

async fn profiles(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    texts: &JobTexts,
    candidates: &[Uuid],
) -> Result<Vec<Profile>, DbError> {
    let profiles = statement(
        "SELECT v.candidate_id, 1 - (v.embedding <=> j.embedding) AS similarity FROM profile_vectors v \
         JOIN job_vectors j ON j.organization_id = v.organization_id AND j.model = v.model \
         WHERE v.organization_id = ? AND v.candidate_id = ANY (?) AND j.job_id = ? AND v.model = ?",
    );
    Ok(profiles
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Array<SqlUuid>, _>(candidates)
        .bind::<SqlUuid, _>(texts.job.uuid())
        .bind::<Text, _>(&texts.model)
        .load(conn)
        .await?)
}

#[derive(QueryableByName)]
struct NearestRow {
    #[diesel(sql_type = SqlUuid)]
    candidate_id: Uuid,
    #[diesel(sql_type = Integer)]
    requirement: i32,
    #[diesel(sql_type = Double)]
    similarity: f64,
    #[diesel(sql_type = Integer)]
    start_offset: i32,
    #[diesel(sql_type = Integer)]
    end_offset: i32,
}

// Lines where the candidate has some, else the longer chunks, from which those of an earlier release were compared. The chunks are sorted by an
// expression that the index of nearest neighbours does not answer: it would look at other people's.
const NEAREST: &str = "WITH lines AS ( \
        SELECT p.candidate_id, c.ordinal, c.ordinal <= p.titles AS is_title, c.start_offset, c.end_offset, c.embedding \
        FROM line_vectors p CROSS JOIN unnest(p.starts, p.ends, p.embeddings) WITH ORDINALITY AS c(start_offset, end_offset, embedding, ordinal) \
        WHERE p.organization_id = ? AND p.candidate_id = ANY (?) AND p.model = ? \
        UNION ALL SELECT c.candidate_id, c.ordinal, false, c.start_offset, c.end_offset, c.embedding FROM chunk_vectors c \
        WHERE c.organization_id = ? AND c.candidate_id = ANY (?) AND c.model = ? AND NOT EXISTS (SELECT FROM line_vectors p \
            WHERE p.organization_id = c.organization_id AND p.candidate_id = c.candidate_id AND p.model = c.model)) \
    SELECT DISTINCT ON (c.candidate_id, wanted.place) c.candidate_id, wanted.place::integer AS requirement, \
        1 - (c.embedding <=> r.embedding) AS similarity, c.start_offset, c.end_offset \
    FROM lines c CROSS JOIN unnest(?, ?) WITH ORDINALITY AS wanted(hash, is_title, place) \
    JOIN requirement_vectors r ON r.organization_id = ? AND r.model = ? AND r.text_hash = wanted.hash \
    ORDER BY c.candidate_id, wanted.place, (c.is_title = wanted.is_title) DESC, 1 - (c.embedding <=> r.embedding) DESC, c.ordinal";

async fn nearest(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    texts: &JobTexts,
    candidates: &[Uuid],
) -> Result<Vec<NearestRow>, DbError> {
    let hashes = texts.hashes();
    if candidates.is_empty() || hashes.is_empty() {
        return Ok(Vec::new());
    }
    Ok(statement(NEAREST)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Array<SqlUuid>, _>(candidates)
        .bind::<Text, _>(&texts.model)
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Array<SqlUuid>, _>(candidates)
        .bind::<Text, _>(&texts.model)
        .bind::<Array<Binary>, _>(hashes)
        .bind::<Array<Bool>, _>(texts.titles())
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<Text, _>(&texts.model)
        .load(conn)
        .await?)
}
