//! The 256-bit key that seals local objects.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use hiring_core::config::Reader;
use hiring_core::random;
use secrecy::{ExposeSecret, SecretString};

/// The variable that holds the key.
pub const VARIABLE: &str = "DATA_ENCRYPTION_KEY";

/// The file in the store's folder that keeps a made-up key, so that a restart, and the other process, can still read.
const FILE: &str = ".data-encryption-key";

/// Reads `DATA_ENCRYPTION_KEY`. `required` is for production, where a made-up key would be a key nobody has a copy of.
pub(crate) fn read(reader: &mut Reader, required: bool) -> Option<SecretString> {
    let given = reader.secret(VARIABLE);
    match &given {
        Some(text) if parse(text.expose_secret()).is_none() => {
            reader.problem(
                VARIABLE,
                "must be 32 bytes, written as 64 hexadecimal digits or in base64",
            );
        }
        None if required => {
            reader.problem(
                VARIABLE,
                "must be set in production when STORAGE_BACKEND=local (or DATA_ENCRYPTION_KEY_FILE)",
            );
        }
        Some(_) | None => {}
    }
    given
}

/// The key in the text: 64 hexadecimal digits, or base64 (either alphabet, padded or not) of 32 bytes.
pub(crate) fn parse(text: &str) -> Option<[u8; 32]> {
    let text = text.trim();
    let bytes = match hex::decode(text) {
        Ok(bytes) if bytes.len() == 32 => Some(bytes),
        _ => [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD]
            .iter()
            .find_map(|alphabet| alphabet.decode(text).ok()),
    };
    bytes?.try_into().ok()
}

/// The made-up key of the store in `folder`; made on first use. Processes that start at once agree on one key: the file
/// appears whole, by a link that only the first can make.
///
/// # Errors
/// The folder cannot be written to, or the file in it holds no key.
pub(crate) fn load_or_make(folder: &Path) -> std::io::Result<[u8; 32]> {
    let path = folder.join(FILE);
    match fs::read_to_string(&path) {
        Ok(text) => return parse_file(&text),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let draft = folder.join(format!("{FILE}.{}", random::uuid_v4()));
    let result = make(&draft, &path);
    let removed = fs::remove_file(&draft);
    result?;
    removed?;
    parse_file(&fs::read_to_string(&path)?)
}

fn make(draft: &Path, path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(draft)?;
    writeln!(file, "{}", random::secret_token())?;
    file.sync_all()?;
    match fs::hard_link(draft, path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn parse_file(text: &str) -> std::io::Result<[u8; 32]> {
    parse(text).ok_or_else(|| std::io::Error::new(ErrorKind::InvalidData, "the key file holds no key"))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_key_may_be_hexadecimal_or_base64_and_nothing_else() {
        let key = [0xAB_u8; 32];
        for text in [
            hex::encode(key),
            STANDARD.encode(key),
            URL_SAFE_NO_PAD.encode(key),
        ] {
            assert_eq!(parse(&format!(" {text}\n")), Some(key), "{text}");
        }
        for text in [
            "",
            "hunter2",
            &"ab".repeat(31),
            &"ab".repeat(33),
            &STANDARD.encode([1; 31]),
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn processes_that_start_at_once_agree_on_one_made_up_key() {
        let folder = tempfile::tempdir().unwrap();
        let keys: HashSet<[u8; 32]> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..16)
                .map(|_| scope.spawn(|| load_or_make(folder.path()).unwrap()))
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(keys.len(), 1);
        let names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, [FILE]);
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_can_read_a_made_up_key() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        load_or_make(folder.path()).unwrap();
        let mode = fs::metadata(folder.path().join(FILE))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_spoiled_key_file_is_an_error_and_not_another_key() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "half").unwrap();
        assert_eq!(
            load_or_make(folder.path()).unwrap_err().kind(),
            ErrorKind::InvalidData
        );
    }
}
