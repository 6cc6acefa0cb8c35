//! The multipart body of an upload: one resume as `file` or `resume`, and perhaps a `job_id`. Everything is checked while
//! it comes in, before anything is stored.

mod file_name;
mod spool;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use futures::future::LocalBoxFuture;
use futures::{FutureExt, StreamExt};
use hiring_core::ids::JobId;
use hiring_core::reading::{FileType, MAX_FILE_BYTES};
use tokio::sync::SemaphorePermit;

use self::spool::{Spool, too_large};
use super::Violations;
use super::idempotency::Fingerprint;
use crate::problem::{Kind, Problem};

/// The answer to a body whose parts cannot be told apart.
const MALFORMED: &str = "The multipart body is not sound: check boundaries, part headers, and that the file name is UTF-8 \
                         without control characters.";
/// Most parts that a body may have.
const MAX_PARTS: usize = 32;
/// Most bytes in all parts that are not the file, headers not counted.
const MAX_OTHER_BYTES: usize = 64 * 1024;
/// Longest announced body that is read at all: the same file under both names, and what surrounds it.
const MAX_BODY_BYTES: u64 = 2 * MAX_FILE_BYTES + 128 * 1024;

/// A resume that has come in and looks like one.
pub struct ResumeUpload {
    /// All bytes.
    pub bytes: Bytes,
    /// Their SHA-256.
    pub sha256: [u8; 32],
    /// The type, told from the bytes.
    pub file_type: FileType,
    /// The name, fit for storing and showing.
    pub file_name: String,
    /// The job to apply to.
    pub job_id: Option<JobId>,
    /// Keeps the number of large files in memory small until this one is stored.
    _place: Option<SemaphorePermit<'static>>,
}

impl ResumeUpload {
    /// What makes two uploads the same request: the file and the fields.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let job = self.job_id.map(|job| job.to_string()).unwrap_or_default();
        Fingerprint::of(&[&self.sha256, job.as_bytes()])
    }
}

impl FromRequest for ResumeUpload {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let checked = check_headers(request.headers());
        let mut parts = Multipart::new(request.headers(), payload.take());
        async move {
            checked?;
            let mut form = Form::default();
            while let Some(part) = parts.next().await {
                form.take(part.map_err(|error| broken(&error))?).await?;
            }
            form.finish().await
        }
        .boxed_local()
    }
}

fn check_headers(headers: &HeaderMap) -> Result<(), Problem> {
    let media_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let (essence, parameters) = media_type.split_once(';').unwrap_or((media_type, ""));
    let is_form = essence.trim().eq_ignore_ascii_case("multipart/form-data");
    if !is_form || !parameters.to_ascii_lowercase().contains("boundary=") {
        return Err(not_multipart());
    }
    let length = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > MAX_BODY_BYTES) {
        Err(too_large())
    } else {
        Ok(())
    }
}

fn not_multipart() -> Problem {
    let detail = "Send the resume as `multipart/form-data` with the file in the field `file` or `resume`.";
    Problem::new(Kind::NotMultipart, detail)
}

fn broken(error: &MultipartError) -> Problem {
    use MultipartError as E;
    match error {
        E::ContentTypeMissing | E::ContentTypeParse | E::ContentTypeIncompatible => not_multipart(),
        E::Incomplete | E::Payload(_) => {
            Problem::new(Kind::Malformed, "The upload ended early. Send it again.")
        }
        _ => Problem::new(Kind::Malformed, MALFORMED),
    }
}

/// What has come in so far.
#[derive(Default)]
struct Form {
    file: Option<(Spool, String)>,
    /// Another file than the first; its contents are not kept.
    differs: bool,
    job_id: Option<String>,
    parts: usize,
    other_bytes: usize,
    /// Name of a field with a file that is looked for elsewhere.
    misplaced: Option<String>,
}

impl Form {
    async fn take(&mut self, mut part: Field) -> Result<(), Problem> {
        self.parts += 1;
        if self.parts > MAX_PARTS {
            return Err(Problem::new(
                Kind::Malformed,
                format!("An upload may have at most {MAX_PARTS} parts."),
            ));
        }
        let name = part.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "file" | "resume" => self.take_file(&mut part).await,
            "job_id" => {
                let text = self.take_text(&mut part).await?;
                self.take_job(text)
            }
            _ => {
                if file_name_of(&part).is_some() {
                    self.misplaced = Some(name);
                }
                self.take_text(&mut part).await.map(drop)
            }
        }
    }

    async fn take_file(&mut self, part: &mut Field) -> Result<(), Problem> {
        let name = file_name_of(part).unwrap_or_default();
        let mut spool = if self.file.is_some() {
            Spool::hashing()
        } else {
            Spool::keeping()
        };
        while let Some(piece) = part.next().await {
            spool.push(&piece.map_err(|error| broken(&error))?).await?;
        }
        // A form whose file field was left empty sends a part without name and without bytes.
        if spool.size() == 0 && name.is_empty() {
            return Ok(());
        }
        match &self.file {
            None => self.file = Some((spool, name)),
            Some((first, _)) => self.differs |= first.hash_so_far() != spool.hash_so_far(),
        }
        Ok(())
    }

    /// A small part; all of them together are bounded.
    async fn take_text(&mut self, part: &mut Field) -> Result<Vec<u8>, Problem> {
        let mut text = Vec::new();
        while let Some(piece) = part.next().await {
            let piece = piece.map_err(|error| broken(&error))?;
            self.other_bytes += piece.len();
            if self.other_bytes > MAX_OTHER_BYTES {
                let detail =
                    "The resume belongs into the field `file` or `resume`; the other fields are too large.";
                return Err(Problem::new(Kind::TooLarge, detail));
            }
            text.extend_from_slice(&piece);
        }
        Ok(text)
    }

    fn take_job(&mut self, text: Vec<u8>) -> Result<(), Problem> {
        let text = String::from_utf8_lossy(&text).trim().to_owned();
        if text.is_empty() {
            return Ok(());
        }
        if self.job_id.as_ref().is_some_and(|first| *first != text) {
            return Err(invalid_job(
                "repeated",
                "`job_id` is given twice; an upload can apply to one job.",
            ));
        }
        self.job_id = Some(text);
        Ok(())
    }

    async fn finish(self) -> Result<ResumeUpload, Problem> {
        let Some((spool, name)) = self.file else {
            return Err(no_file(self.misplaced.as_deref()));
        };
        if self.differs {
            let detail = "The upload holds two different files. Send one resume at a time.";
            return Err(Problem::new(Kind::TwoFiles, detail));
        }
        if spool.size() == 0 {
            return Err(Problem::new(
                Kind::EmptyFile,
                "The file has no bytes. Check that it was saved, and send it again.",
            ));
        }
        let wrong = |_| invalid_job("not-a-uuid", "`job_id` is not a UUID.");
        let job_id = self
            .job_id
            .map(|text| text.parse::<JobId>())
            .transpose()
            .map_err(wrong)?;
        let spooled = spool.finish().await?;
        let Some(file_type) = hiring_resume::sniff(&spooled.bytes) else {
            return Err(unsupported());
        };
        Ok(ResumeUpload {
            file_name: file_name::clean(&name, file_type),
            bytes: spooled.bytes,
            sha256: spooled.sha256,
            file_type,
            job_id,
            _place: spooled.place,
        })
    }
}

/// The file name that the sender gave; the extended form (RFC 8187) wins, being the one without loss.
fn file_name_of(part: &Field) -> Option<String> {
    let disposition = part.content_disposition()?;
    let extended = disposition
        .get_filename_ext()
        .and_then(|name| String::from_utf8(name.value.clone()).ok());
    extended.or_else(|| disposition.get_filename().map(str::to_owned))
}

fn no_file(misplaced: Option<&str>) -> Problem {
    let detail = "The upload holds no file. Send the resume in the field `file` or `resume`.";
    match misplaced {
        None => Problem::new(Kind::NoFile, detail),
        Some(_) => Problem::new(
            Kind::NoFile,
            format!("{detail} There is a file, but in another field."),
        ),
    }
}

fn invalid_job(code: &'static str, detail: &str) -> Problem {
    let mut violations = Violations::default();
    violations.add("/job_id", code, detail);
    violations
        .finish()
        .err()
        .unwrap_or_else(|| Problem::new(Kind::ValidationFailed, detail))
}

fn unsupported() -> Problem {
    let names: Vec<String> = FileType::ALL
        .iter()
        .map(|kind| kind.extension().to_ascii_uppercase())
        .collect();
    let detail = format!(
        "By its contents, whatever its name, the file is none of {}.",
        names.join(", ")
    );
    Problem::new(Kind::UnsupportedType, detail)
}
