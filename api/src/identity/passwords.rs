//! Argon2id off the async threads, by a bounded pool: a flood of logins can neither take all memory nor starve requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{self, PasswordHasher, PasswordVerifier};
use argon2::{Argon2, Params};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use hiring_core::random;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;
use tokio::task::JoinError;

use crate::problem::{Kind, Problem};

/// Fewest characters of a password (NIST SP 800-63B).
pub const MIN_CHARACTERS: usize = 8;
/// Most characters of a password: long enough for any pass phrase, short enough that hashing costs the same for all.
pub const MAX_CHARACTERS: usize = 128;
/// Callers that may wait for each computation that runs: at about 30 ms each, nobody waits much longer than a second.
const WAITING_PER_COMPUTATION: usize = 32;
/// Threads that one computation uses, as OWASP recommends.
const LANES: u32 = 1;

/// Why a password could not be hashed or verified.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too many callers wait already.
    #[error("too many passwords wait to be checked")]
    Busy,
    /// The stored hash is no PHC string that this version knows, or there was no memory.
    #[error("a password could not be hashed or verified: {0}")]
    Broken(password_hash::Error),
    /// The computation was torn down with the process.
    #[error("a password computation was cut short")]
    Interrupted(#[from] JoinError),
}

/// What a verification found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The password does not belong to the hash, or there was no hash.
    Wrong,
    /// It does.
    Right,
    /// It does, but the hash was made with other parameters than are used today: hash it again.
    Outdated,
}

/// Hashes and verifies passwords. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    shared: Arc<Shared>,
}

struct Shared {
    params: Params,
    /// Verified where there is no account, so that the same work is done for a known and an unknown address.
    decoy: String,
    running: Arc<Semaphore>,
    places: Arc<Semaphore>,
    verifications: AtomicU64,
}

impl Passwords {
    /// Argon2id with this much memory and this many passes (raised to the least that Argon2 allows); at most
    /// `parallel_limit` computations run at a time.
    #[must_use]
    pub fn new(memory_kib: u32, iterations: u32, parallel_limit: usize) -> Self {
        let (memory, passes) = (
            memory_kib.max(Params::MIN_M_COST),
            iterations.max(Params::MIN_T_COST),
        );
        let params = Params::new(memory, passes, LANES, None).unwrap_or(Params::DEFAULT);
        let (salt, output) = (
            BASE64.encode(random::bytes::<16>()),
            BASE64.encode(random::bytes::<32>()),
        );
        let running = parallel_limit.max(1);
        let shared = Shared {
            params,
            decoy: format!("$argon2id$v=19$m={memory},t={passes},p={LANES}${salt}${output}"),
            running: Arc::new(Semaphore::new(running)),
            places: Arc::new(Semaphore::new(running * (1 + WAITING_PER_COMPUTATION))),
            verifications: AtomicU64::new(0),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// The PHC string of this password with a fresh salt.
    ///
    /// # Errors
    /// See [`PasswordError`].
    pub async fn hash(&self, password: &SecretString) -> Result<String, PasswordError> {
        let (password, params) = (password.clone(), self.shared.params.clone());
        self.compute(move || {
            let salt: [u8; 16] = random::bytes();
            let hashed: PasswordHash =
                Argon2::from(params).hash_password_with_salt(password.expose_secret().as_bytes(), &salt)?;
            Ok(hashed.to_string())
        })
        .await
    }

    /// Whether the password belongs to this PHC string. Without one, a decoy is verified and the answer is no.
    ///
    /// # Errors
    /// See [`PasswordError`].
    pub async fn verify(
        &self,
        password: &SecretString,
        stored: Option<&str>,
    ) -> Result<Verdict, PasswordError> {
        let (password, params, known) = (password.clone(), self.shared.params.clone(), stored.is_some());
        let stored = stored.unwrap_or(&self.shared.decoy).to_owned();
        let shared = Arc::clone(&self.shared);
        self.compute(move || {
            shared.verifications.fetch_add(1, Ordering::Relaxed);
            let hash = PasswordHash::new(&stored)?;
            match Argon2::default().verify_password(password.expose_secret().as_bytes(), &hash) {
                Err(password_hash::Error::PasswordInvalid) => Ok(Verdict::Wrong),
                other => other.map(|()| verdict(&hash, &params, known)),
            }
        })
        .await
    }

    /// How many verifications were computed since the start, so that a test can see that none was left out.
    #[must_use]
    pub fn verifications(&self) -> u64 {
        self.shared.verifications.load(Ordering::Relaxed)
    }

    /// Runs on a thread of its own. Place and permit travel with the work, so that a caller who hangs up frees neither
    /// before the work is done.
    async fn compute<T, W>(&self, work: W) -> Result<T, PasswordError>
    where
        T: Send + 'static,
        W: FnOnce() -> password_hash::Result<T> + Send + 'static,
    {
        let place = Arc::clone(&self.shared.places)
            .try_acquire_owned()
            .map_err(|_| PasswordError::Busy)?;
        let permit = Arc::clone(&self.shared.running).acquire_owned().await;
        let done = tokio::task::spawn_blocking(move || {
            let _held = (place, permit);
            work()
        });
        done.await?.map_err(PasswordError::Broken)
    }
}

fn verdict(hash: &PasswordHash, params: &Params, known: bool) -> Verdict {
    let same_work = Params::try_from(hash).is_ok_and(|used| {
        (used.m_cost(), used.t_cost(), used.p_cost()) == (params.m_cost(), params.t_cost(), params.p_cost())
    });
    match (known, same_work) {
        (false, _) => Verdict::Wrong,
        (true, true) => Verdict::Right,
        (true, false) => Verdict::Outdated,
    }
}

impl From<PasswordError> for Problem {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => {
                let detail = "Too many people are signing in right now. Nothing was changed; try again.";
                Self::new(Kind::Unavailable, detail).retry_after(2)
            }
            other => Self::internal(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quick() -> Passwords {
        Passwords::new(64, 1, 2)
    }

    fn secret(text: &str) -> SecretString {
        SecretString::from(text.to_owned())
    }

    #[tokio::test]
    async fn a_password_is_right_for_its_own_hash_only_and_hashes_never_repeat() {
        let passwords = quick();
        let (first, second) = (
            passwords.hash(&secret("correct horse")).await.unwrap(),
            passwords.hash(&secret("correct horse")).await,
        );
        assert!(first.starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
        assert_ne!(first, second.unwrap());
        let verify = async |password: &str| passwords.verify(&secret(password), Some(&first)).await.unwrap();
        assert_eq!(verify("correct horse").await, Verdict::Right);
        assert_eq!(verify("wrong horse").await, Verdict::Wrong);
        assert_eq!(passwords.verifications(), 2);
    }

    #[tokio::test]
    async fn without_an_account_the_same_work_is_done_and_the_answer_is_no() {
        let passwords = quick();
        assert_eq!(
            passwords.verify(&secret("anything"), None).await.unwrap(),
            Verdict::Wrong
        );
        assert_eq!(passwords.verifications(), 1);
        let decoy = PasswordHash::new(&passwords.shared.decoy).unwrap();
        assert_eq!(Params::try_from(&decoy).unwrap().m_cost(), 64);
        // Even a password that happened to fit the decoy would not let anybody in.
        assert_eq!(verdict(&decoy, &passwords.shared.params, false), Verdict::Wrong);
    }

    #[tokio::test]
    async fn a_hash_made_with_other_parameters_is_right_but_outdated() {
        let old = Passwords::new(32, 1, 1)
            .hash(&secret("correct horse"))
            .await
            .unwrap();
        let verdict = quick()
            .verify(&secret("correct horse"), Some(&old))
            .await
            .unwrap();
        assert_eq!(verdict, Verdict::Outdated);
    }

    #[tokio::test]
    async fn a_stored_hash_that_is_none_is_a_defect_not_a_wrong_password() {
        let error = quick()
            .verify(&secret("anything"), Some("no PHC string"))
            .await
            .unwrap_err();
        assert!(matches!(error, PasswordError::Broken(_)));
        assert_eq!(Problem::from(error).kind(), Kind::Internal);
    }

    #[tokio::test]
    async fn when_too_many_wait_the_next_is_told_to_come_back() {
        let passwords = Passwords::new(64, 1, 1);
        let places = u32::try_from(1 + WAITING_PER_COMPUTATION).unwrap();
        let taken = Arc::clone(&passwords.shared.places)
            .acquire_many_owned(places)
            .await
            .unwrap();
        let error = passwords.hash(&secret("anything")).await.unwrap_err();
        assert!(matches!(error, PasswordError::Busy));
        assert_eq!(Problem::from(error).kind(), Kind::Unavailable);
        drop(taken);
        assert!(passwords.hash(&secret("anything")).await.is_ok());
    }

    #[test]
    fn parameters_below_what_argon2_allows_are_raised() {
        assert_eq!(
            Passwords::new(0, 0, 0).shared.params,
            Params::new(Params::MIN_M_COST, 1, 1, None).unwrap()
        );
    }
}
