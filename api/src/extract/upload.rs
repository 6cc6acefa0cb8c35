//! The multipart body of an upload: one resume as `file` or `resume`, and perhaps a `job_id`. Everything is checked while
//! it comes in, before anything is stored.

mod archive;
mod batch;
mod fields;
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
use hiring_core::trace::TraceParent;
use tokio::sync::SemaphorePermit;

pub use self::batch::{BatchFile, BatchUpload, Refusal};
use self::fields::Fields;
use self::spool::{Spool, Spooled, too_large};
use super::idempotency::Fingerprint;
use crate::middleware::observe::trace_parent;
use crate::problem::{Kind, Problem};

/// The answer to a body whose parts cannot be told apart.
const MALFORMED: &str = "The multipart body is not sound: check boundaries, part headers, and that the file name is UTF-8 \
                         without control characters.";
/// Most parts that a body may have.
const MAX_PARTS: usize = 32;
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
    /// A file that has come in, if it is a resume by its bytes.
    ///
    /// # Errors
    /// `unsupported-type`.
    fn of(spooled: Spooled, given_name: &str, job_id: Option<JobId>) -> Result<Self, Problem> {
        let Some(file_type) = hiring_resume::sniff(&spooled.bytes) else {
            return Err(unsupported());
        };
        Ok(Self {
            file_name: file_name::clean(given_name, file_type),
            bytes: spooled.bytes,
            sha256: spooled.sha256,
            file_type,
            job_id,
            _place: spooled.place,
        })
    }

    /// Lets go of the bytes once they are stored.
    pub fn forget_bytes(&mut self) {
        self.bytes = Bytes::new();
        self._place = None;
    }

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
        let checked = check_headers(request.headers(), MAX_BODY_BYTES, too_large);
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

/// A resume, or nothing where none was sent.
pub struct PerhapsResume {
    /// What was sent.
    pub resume: Option<ResumeUpload>,
    /// Where the request belongs in a trace.
    pub trace: TraceParent,
}

impl FromRequest for PerhapsResume {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let trace = trace_parent(request);
        let of = move |resume| Self { resume, trace };
        if !request.headers().contains_key(CONTENT_TYPE) {
            return async move { Ok(of(None)) }.boxed_local();
        }
        let checked = check_headers(request.headers(), MAX_BODY_BYTES, too_large);
        let mut parts = Multipart::new(request.headers(), payload.take());
        async move {
            checked?;
            let mut form = Form::default();
            while let Some(part) = parts.next().await {
                form.take(part.map_err(|error| broken(&error))?).await?;
            }
            if form.file.is_none() && !form.fields.misplaced {
                return Ok(of(None));
            }
            form.finish().await.map(|upload| of(Some(upload)))
        }
        .boxed_local()
    }
}

/// Refuses what is no form, or is announced to be too long.
fn check_headers(
    headers: &HeaderMap,
    most_bytes: u64,
    too_large: impl FnOnce() -> Problem,
) -> Result<(), Problem> {
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
    if length.is_some_and(|length| length > most_bytes) {
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
        E::Incomplete => Problem::new(Kind::Malformed, "The upload ended early. Send it again."),
        E::Payload(error) => Problem::from(error),
        _ => Problem::new(Kind::Malformed, MALFORMED),
    }
}

/// What has come in so far.
#[derive(Default)]
struct Form {
    file: Option<(Spool, String)>,
    /// Another file than the first; its contents are not kept.
    differs: bool,
    fields: Fields,
}

impl Form {
    async fn take(&mut self, mut part: Field) -> Result<(), Problem> {
        self.fields.count(MAX_PARTS)?;
        match part.name() {
            Some("file" | "resume") => self.take_file(&mut part).await,
            _ => self.fields.take(&mut part).await,
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

    async fn finish(self) -> Result<ResumeUpload, Problem> {
        let Some((spool, name)) = self.file else {
            return Err(no_file(self.fields.misplaced));
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
        let job_id = self.fields.job()?;
        ResumeUpload::of(spool.finish().await?, &name, job_id)
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

fn no_file(misplaced: bool) -> Problem {
    let detail = "The upload holds no file. Send the resume in the field `file` or `resume`.";
    if misplaced {
        Problem::new(
            Kind::NoFile,
            format!("{detail} There is a file, but in another field."),
        )
    } else {
        Problem::new(Kind::NoFile, detail)
    }
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
