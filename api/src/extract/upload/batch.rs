//! The multipart body of a batch: up to a hundred resumes as `files` or `file`, or one zip of them, and perhaps a `job_id`.
//!
//! A file that is not acceptable is refused by itself and keeps no other away. What is wrong with the body as a whole is a
//! problem.

use actix_multipart::{Field, Multipart};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures::future::LocalBoxFuture;
use futures::{FutureExt, StreamExt};
use hiring_core::ids::JobId;
use hiring_core::reading::{FileType, MAX_FILE_BYTES};
use tokio::sync::Semaphore;

use super::archive::{self, Entry};
use super::fields::Fields;
use super::spool::Spool;
use super::{ResumeUpload, broken, check_headers, file_name, file_name_of, no_file};
use crate::extract::idempotency::Fingerprint;
use crate::problem::{Kind, Problem};
use crate::state::AppState;

/// Most files of a batch.
pub const MAX_FILES: usize = 100;
/// Most bytes of a batch's body.
pub const MAX_BATCH_BYTES: u64 = 256_000_000;
/// Zips that are unpacked at the same time; others wait their turn, so that many at once take no more memory than these.
static UNPACKING: Semaphore = Semaphore::const_new(2);
/// Most parts that are no files.
const MAX_OTHER_PARTS: usize = 32;

/// Why one file of a batch is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Stable code.
    pub code: &'static str,
    /// A sentence: what is wrong and what to do.
    pub reason: String,
}

impl Refusal {
    /// A refusal with this code and sentence.
    pub fn new(code: &'static str, reason: impl Into<String>) -> Self {
        Self {
            code,
            reason: reason.into(),
        }
    }
}

/// One file of a batch.
pub struct BatchFile {
    /// Its name, fit for showing.
    pub file_name: String,
    given_name: String,
    content: Result<Spool, Refusal>,
}

impl BatchFile {
    fn new(given_name: String, content: Result<Spool, Refusal>) -> Self {
        let content = content.and_then(|spool| match spool.size() {
            0 => Err(Refusal::new("empty-file", "The file has no bytes.")),
            _ => Ok(spool),
        });
        Self {
            file_name: file_name::clean(&given_name, FileType::Txt),
            given_name,
            content,
        }
    }

    /// The SHA-256 of its bytes; `None` when it was refused before it had come in.
    pub fn sha256(&self) -> Option<[u8; 32]> {
        self.content.as_ref().ok().map(Spool::hash_so_far)
    }

    /// The file as a resume, read from where it is kept; can be done again.
    ///
    /// # Errors
    /// A refusal in its own right, or `unavailable` for the whole batch.
    pub async fn read(&mut self, job_id: Option<JobId>) -> Result<Result<ResumeUpload, Refusal>, Problem> {
        let spool = match &mut self.content {
            Ok(spool) => spool,
            Err(refusal) => return Ok(Err(refusal.clone())),
        };
        let spooled = spool.read().await?;
        let is_zip = spooled.bytes.starts_with(b"PK\x03\x04");
        match ResumeUpload::of(spooled, &self.given_name, job_id) {
            Ok(upload) => {
                self.file_name.clone_from(&upload.file_name);
                Ok(Ok(upload))
            }
            Err(_) if is_zip => Ok(Err(Refusal::new(
                "unsupported-type",
                "A zip is taken in by itself only, not beside other files or inside another zip.",
            ))),
            Err(problem) => Ok(Err(Refusal::new("unsupported-type", problem.detail()))),
        }
    }
}

/// A batch that has come in.
pub struct BatchUpload {
    /// Its files, in the order in which they came.
    pub files: Vec<BatchFile>,
    /// The job to apply to.
    pub job_id: Option<JobId>,
    fingerprint: Fingerprint,
}

impl BatchUpload {
    /// What makes two batches the same request: the files in their order, and the fields.
    #[must_use]
    pub const fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }
}

impl FromRequest for BatchUpload {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let state = request.app_data::<web::Data<AppState>>();
        let enabled = state.is_some_and(|state| state.config.batch_processing);
        let checked = if enabled {
            check_headers(request.headers(), MAX_BATCH_BYTES, too_large_body)
        } else {
            Err(switched_off())
        };
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

/// What has come in so far.
#[derive(Default)]
struct Form {
    files: Vec<(String, Spool, bool)>,
    bytes: u64,
    fields: Fields,
}

impl Form {
    async fn take(&mut self, mut part: Field) -> Result<(), Problem> {
        self.fields.count(MAX_FILES + MAX_OTHER_PARTS)?;
        match part.name() {
            Some("files" | "files[]" | "file" | "resume") => self.take_file(&mut part).await,
            _ => self.fields.take(&mut part).await,
        }
    }

    async fn take_file(&mut self, part: &mut Field) -> Result<(), Problem> {
        let name = file_name_of(part).unwrap_or_default();
        // Whatever begins like a zip may be the archive of the whole batch.
        let mut spool = Spool::keeping_up_to(MAX_BATCH_BYTES);
        let (mut is_zip, mut overflowed) = (false, false);
        while let Some(piece) = part.next().await {
            let piece = piece.map_err(|error| broken(&error))?;
            self.bytes += u64::try_from(piece.len()).unwrap_or(u64::MAX);
            if self.bytes > MAX_BATCH_BYTES {
                return Err(too_large_body());
            }
            if spool.size() == 0 {
                is_zip = piece.starts_with(b"PK");
            }
            if !is_zip && !overflowed && spool.size() > MAX_FILE_BYTES {
                spool.give_up();
                overflowed = true;
            }
            spool.push(&piece).await?;
        }
        // A form whose file field was left empty sends a part without name and without bytes.
        if spool.size() == 0 && name.is_empty() {
            return Ok(());
        }
        if self.files.len() == MAX_FILES {
            return Err(too_many_files());
        }
        self.files.push((name, spool, is_zip));
        Ok(())
    }

    async fn finish(mut self) -> Result<BatchUpload, Problem> {
        if self.files.is_empty() {
            return Err(no_file(self.fields.misplaced));
        }
        let job_id = self.fields.job()?;
        let job = job_id.map(|job| job.to_string()).unwrap_or_default();
        let hashes: Vec<[u8; 32]> = self
            .files
            .iter()
            .map(|(_, spool, _)| spool.hash_so_far())
            .collect();
        let mut parts: Vec<&[u8]> = vec![job.as_bytes()];
        parts.extend(hashes.iter().map(<[u8; 32]>::as_slice));
        let fingerprint = Fingerprint::of(&parts);
        let is_archive = match self.files.as_mut_slice() {
            [(_, spool, true)] => is_archive(spool).await?,
            _ => false,
        };
        let entries = match self.files.pop() {
            Some((_, spool, _)) if is_archive => unpack(spool).await?,
            last => self.files.into_iter().chain(last).map(bounded).collect(),
        };
        if entries.is_empty() {
            return Err(Problem::new(Kind::NoFile, "The zip holds no files."));
        }
        Ok(BatchUpload {
            files: entries
                .into_iter()
                .map(|(name, content)| BatchFile::new(name, content))
                .collect(),
            job_id,
            fingerprint,
        })
    }
}

/// A file of its own may not have more bytes than any resume.
fn bounded((name, spool, _): (String, Spool, bool)) -> Entry {
    let content = if spool.size() > MAX_FILE_BYTES {
        Err(too_large_file())
    } else {
        Ok(spool)
    };
    (name, content)
}

/// Whether what begins like a zip is one, and not a single office document.
async fn is_archive(spool: &mut Spool) -> Result<bool, Problem> {
    if spool.size() > MAX_FILE_BYTES {
        return Ok(true);
    }
    Ok(hiring_resume::sniff(&spool.read().await?.bytes).is_none())
}

async fn unpack(spool: Spool) -> Result<Vec<Entry>, Problem> {
    let reader = spool.into_seekable().await?;
    // Nobody closes it.
    let turn = UNPACKING.acquire().await.map_err(Problem::internal)?;
    // The turn ends with the work, which goes on when the caller is gone.
    tokio::task::spawn_blocking(move || {
        let _turn = turn;
        archive::unpack(reader)
    })
    .await
    .map_err(Problem::internal)?
}

/// Why a file that is too large is refused.
pub fn too_large_file() -> Refusal {
    let reason = format!(
        "A resume may have at most {} MB. Export it with smaller pictures.",
        MAX_FILE_BYTES / 1_000_000
    );
    Refusal::new("too-large", reason)
}

/// The answer to a batch of too many files.
pub fn too_many_files() -> Problem {
    let detail = format!("A batch takes at most {MAX_FILES} files. Send several batches.");
    Problem::new(Kind::TooManyFiles, detail)
}

fn too_large_body() -> Problem {
    let detail = format!(
        "A batch may have at most {} MB in all. Send several batches.",
        MAX_BATCH_BYTES / 1_000_000
    );
    Problem::new(Kind::TooLarge, detail)
}

fn switched_off() -> Problem {
    let detail = "Uploading many files at once is switched off on this server. Upload them one by one.";
    Problem::new(Kind::FeatureDisabled, detail)
}
