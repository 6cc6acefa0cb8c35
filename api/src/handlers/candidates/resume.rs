//! `GET /candidates/{id}/resume`

mod body;

use std::fmt::Write;
use std::time::Duration;

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION,
    X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse, web};
use hiring_core::ids::CandidateId;
use hiring_core::reading::FileType;
use hiring_db::candidates::FileRow;
use hiring_db::{audit, candidates};
use hiring_platform::storage::{ObjectKey, StorageError};

use super::BlindQuery;
use crate::extract::allowed::ReadCandidates;
use crate::extract::{Allowed, PathId, Query};
use crate::flows::blind;
use crate::middleware::observe::request_id;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::AppState;

/// How long a signed link works.
const LINK_LIFETIME: Duration = Duration::from_secs(60);

/// The file as it was uploaded. Who asked for it is in the audit log before it is given. Nobody who is to see candidates blindly gets it.
#[utoipa::path(
    get, path = "/candidates/{id}/resume", operation_id = "getResumeFile", tag = "Candidates", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The candidate"), BlindQuery),
    responses(
        (status = 200, description = "The file, as attachment", body = String, content_type = "application/octet-stream"),
        (status = 302, description = "To a link that works for 60 s, where files are kept in S3"),
        (status = 400, description = "The id is no UUID or the query cannot be parsed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter, or somebody who sees candidates blindly", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such candidate of yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "The file store is away", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn resume(
    allowed: Allowed<ReadCandidates>,
    PathId(id): PathId<CandidateId>,
    Query(query): Query<BlindQuery>,
    state: web::Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let org = allowed.organization()?;
    let withheld = blind::is_blind(&state, &allowed, query.blind).await?;
    let file = {
        let mut connection = state.database.connection().await?;
        let file = candidates::find_file(&mut connection, org, id).await?;
        let file = file.ok_or_else(|| Problem::not_found("candidate"))?;
        if withheld {
            return Err(Problem::new(Kind::Forbidden, blind::WITHHELD));
        }
        let entry = audit::Entry {
            actor: Some(allowed.user_id),
            action: "candidate.resume.read",
            subject_kind: "candidate",
            subject_id: id.uuid(),
            request_id: Some(&request_id(&request)),
        };
        audit::record(&mut connection, org, entry).await?;
        file
    };
    let key: ObjectKey = file.key.parse().map_err(Problem::internal)?;
    let name = download_name(&file);
    if let Some(link) = state
        .store
        .signed_url(&key, &name, LINK_LIFETIME)
        .await
        .map_err(away)?
    {
        return Ok(HttpResponse::Found()
            .insert_header((LOCATION, link))
            .insert_header((CACHE_CONTROL, "no-store"))
            .finish());
    }
    let body = body::load(&state, &key, file.size_bytes).await?;
    let media_type =
        FileType::from_extension(&file.file_type).map_or("application/octet-stream", FileType::media_type);
    let answer = HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((CONTENT_DISPOSITION, attachment(&name)))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(body);
    Ok(answer)
}

fn away(error: StorageError) -> Problem {
    match error {
        StorageError::Unavailable(_) => {
            Problem::unavailable("File storage is not reachable right now. Try again.", error)
        }
        other => Problem::internal(other),
    }
}

/// The uploaded name; the true extension is added where it says something else, so that nothing opens as what it is not.
fn download_name(file: &FileRow) -> String {
    let extension = file
        .file_name
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase());
    let fits = extension
        .is_some_and(|given| given == file.file_type || (given == "htm" && file.file_type == "html"));
    if fits {
        file.file_name.clone()
    } else {
        format!("{}.{}", file.file_name, file.file_type)
    }
}

/// `Content-Disposition` by RFC 6266: a plain name for everybody, and the exact one by RFC 8187.
fn attachment(name: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || " ._-()+".contains(c) {
            c
        } else {
            '_'
        }
    };
    let ascii: String = name.chars().map(plain).collect();
    let mut exact = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            exact.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(exact, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{exact}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_out_of_the_header() {
        assert_eq!(
            attachment("cv.pdf"),
            "attachment; filename=\"cv.pdf\"; filename*=UTF-8''cv.pdf"
        );
        assert_eq!(
            attachment("R\u{e9}sum\u{e9} \"x\"; a=b.pdf"),
            "attachment; filename=\"R_sum_ _x__ a_b.pdf\"; filename*=UTF-8''R%C3%A9sum%C3%A9%20%22x%22%3B%20a%3Db.pdf"
        );
    }

    #[test]
    fn a_file_is_given_under_its_true_extension() {
        let name = |file_name: &str, file_type: &str| {
            let (file_name, file_type) = (file_name.to_owned(), file_type.to_owned());
            download_name(&FileRow {
                key: String::new(),
                size_bytes: 1,
                file_name,
                file_type,
            })
        };
        assert_eq!(name("cv.PDF", "pdf"), "cv.PDF");
        assert_eq!(name("cv.exe", "html"), "cv.exe.html");
        assert_eq!(name("cv.htm", "html"), "cv.htm");
        assert_eq!(name("cv", "txt"), "cv.txt");
    }
}
