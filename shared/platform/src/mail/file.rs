//! Mail as files in a directory, for development and for looking at what would be sent.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use hiring_core::email::EmailAddress;
use hiring_core::random;

use super::{Composed, Handover, Hurdle, Mailer, NotSent};

/// Writes each mail to `<mail id>.eml`. A resend replaces the file, so that a mail is there once whatever happens.
pub struct FileMailer {
    directory: PathBuf,
    from: EmailAddress,
}

impl FileMailer {
    /// A mailer that writes to this directory, which is made when the first mail is written.
    #[must_use]
    pub const fn new(directory: PathBuf, from: EmailAddress) -> Self {
        Self { directory, from }
    }
}

#[async_trait]
impl Mailer for FileMailer {
    async fn begin(&self, mail: Composed) -> Result<Box<dyn Handover>, NotSent> {
        let directory = self.directory.clone();
        let named = directory.join(format!("{}.eml", mail.id));
        let draft = directory.join(format!(".{}", random::uuid_v4()));
        let written = on_disk(move || {
            write(&directory, &draft, &mail.bytes)?;
            Ok(Draft {
                directory,
                draft,
                named,
            })
        });
        Ok(Box::new(written.await?))
    }

    fn from(&self) -> &EmailAddress {
        &self.from
    }

    fn transport(&self) -> &'static str {
        "file"
    }
}

struct Draft {
    directory: PathBuf,
    draft: PathBuf,
    named: PathBuf,
}

#[async_trait]
impl Handover for Draft {
    async fn finish(self: Box<Self>) -> Result<(), NotSent> {
        on_disk(move || {
            fs::rename(&self.draft, &self.named)?;
            sync_folder(&self.directory)
        })
        .await
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Gone already once it has its name.
        let _ = fs::remove_file(&self.draft);
    }
}

/// A directory that cannot be written to may be mounted again: never a reason to lose a mail, and never in doubt, because
/// writing it again replaces it.
async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, NotSent> {
    let done = tokio::task::spawn_blocking(work).await;
    let failure = match done {
        Ok(Ok(done)) => return Ok(done),
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    tracing::warn!(error = failure, "the mail directory cannot be written to");
    Err(NotSent::Away(Hurdle::Disk))
}

fn write(directory: &Path, draft: &Path, bytes: &[u8]) -> std::io::Result<()> {
    fs::create_dir_all(directory)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(draft)?;
    if let Err(error) = file.write_all(bytes).and_then(|()| file.sync_data()) {
        let _ = fs::remove_file(draft);
        return Err(error);
    }
    Ok(())
}

/// Makes a name survive a power cut. Only Unix lets a directory be opened for that.
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use hiring_core::ids::MailId;

    use super::*;
    use crate::mail::{OrganizationExists, Stamp, Template, compose};

    fn mail(from: &EmailAddress) -> Composed {
        let id = MailId::generate();
        let stamp = Stamp {
            id,
            message_id: Stamp::message_id_for(id, from),
            written_at: "2026-11-22T10:00:00Z".parse().unwrap(),
        };
        let exists = OrganizationExists { name: None };
        let to = "ada@example.org".parse().unwrap();
        compose(from, &to, &stamp, &Template::OrganizationExists(exists)).unwrap()
    }

    fn files(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap();
        names
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[tokio::test]
    async fn a_mail_is_one_whole_file_however_often_it_is_sent() {
        let folder = tempfile::tempdir().unwrap();
        let from: EmailAddress = "hr@example.org".parse().unwrap();
        let mailer = FileMailer::new(folder.path().join("mail"), from.clone());
        let mail = mail(&from);
        for _ in 0..2 {
            mailer.begin(mail.clone()).await.unwrap().finish().await.unwrap();
        }
        let name = format!("{}.eml", mail.id);
        assert_eq!(files(&folder.path().join("mail")), [name.as_str()]);
        assert_eq!(
            fs::read(folder.path().join("mail").join(name)).unwrap(),
            mail.bytes
        );
    }

    #[tokio::test]
    async fn a_mail_that_is_not_handed_over_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let from: EmailAddress = "hr@example.org".parse().unwrap();
        let mailer = FileMailer::new(folder.path().to_owned(), from.clone());
        drop(mailer.begin(mail(&from)).await.unwrap());
        assert!(files(folder.path()).is_empty());
    }

    #[tokio::test]
    async fn a_directory_that_cannot_be_made_is_away_and_not_the_mails_fault() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("mail"), "a file").unwrap();
        let from: EmailAddress = "hr@example.org".parse().unwrap();
        let mailer = FileMailer::new(folder.path().join("mail"), from.clone());
        let outcome = mailer.begin(mail(&from)).await.map(drop);
        assert_eq!(outcome, Err(NotSent::Away(Hurdle::Disk)));
    }
}
