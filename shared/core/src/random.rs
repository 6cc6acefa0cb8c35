//! The only door to randomness. Whatever guards something comes from the operating system through the `uuid` crate's generator;
//! what only tells things apart, from a generator of each thread.

use rand::Rng;
use uuid::Uuid;

/// A UUIDv7: 48 bits of Unix milliseconds, then a counter and random bits (RFC 9562 section 5.7).
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the door")]
pub fn uuid_v7() -> Uuid {
    Uuid::now_v7()
}

/// A UUIDv4: 122 random bits, for values that must be unguessable but need no order.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the door")]
pub fn uuid_v4() -> Uuid {
    Uuid::new_v4()
}

/// 256 random bits as 64 hexadecimal digits, for secrets that travel as text.
///
/// Three version-4 UUIDs (366 random bits) are hashed down, so that their fixed version bits do not show.
#[must_use]
pub fn secret_token() -> String {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    for _ in 0..3 {
        hash.update(uuid_v4().as_bytes());
    }
    hex::encode(hash.finalize())
}

/// `N` random bytes (at most 32) for nonces and keys, hashed down like [`secret_token`].
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    use sha2::{Digest, Sha256};
    const { assert!(N <= 32, "one SHA-256 gives 32 bytes") };
    let mut hash = Sha256::new();
    for _ in 0..3 {
        hash.update(uuid_v4().as_bytes());
    }
    let digest: [u8; 32] = hash.finalize().into();
    std::array::from_fn(|index| digest.get(index).copied().unwrap_or_default())
}

/// `N` random bytes that tell one thing from all others and guard nothing, such as the ids of traces. They come from a generator
/// of this thread (ChaCha, which the operating system seeds), so that nothing is asked of the system for each.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the door")]
pub fn mark<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// A `UUIDv4` like [`mark`], for instance for a request.
#[must_use]
pub fn uuid_mark() -> Uuid {
    uuid::Builder::from_random_bytes(mark()).into_uuid()
}
