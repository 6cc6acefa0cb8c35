//! AES-256-GCM around one object.
//!
//! A sealed object is `"HAO1" | key id (8) | nonce (12) | ciphertext | tag (16)`. Version, key id and the object's own key
//! are authenticated with it, so an object copied under another key does not open. Nonces are random: NIST SP 800-38D
//! section 8.3 allows 2^32 messages per key with them.

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use hiring_core::random;
use sha2::{Digest, Sha256};

use super::{ObjectKey, StorageError};

/// Marks a sealed object and the version of its layout.
const MAGIC: &[u8; 4] = b"HAO1";
const KEY_ID_BYTES: usize = 8;
const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;
const HEADER_BYTES: usize = MAGIC.len() + KEY_ID_BYTES + NONCE_BYTES;

/// How many bytes longer a sealed object is than its contents.
pub const OVERHEAD_BYTES: u64 = (HEADER_BYTES + TAG_BYTES) as u64;

/// Seals and opens objects with one 256-bit key.
pub struct Seal {
    cipher: Aes256Gcm,
    key_id: [u8; KEY_ID_BYTES],
}

impl Seal {
    /// A seal with this key.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        let digest: [u8; 32] = Sha256::new()
            .chain_update(b"hiring-agent object key id")
            .chain_update(key)
            .finalize()
            .into();
        let mut key_id = [0; KEY_ID_BYTES];
        key_id.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        Self {
            cipher: Aes256Gcm::new(&(*key).into()),
            key_id,
        }
    }

    /// The sealed form of `contents` under `key`.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] above 64 GiB, AES-GCM's limit.
    pub fn close(&self, key: &ObjectKey, contents: &[u8]) -> Result<Vec<u8>, StorageError> {
        let nonce: [u8; NONCE_BYTES] = random::bytes();
        let mut sealed = Vec::with_capacity(HEADER_BYTES + contents.len() + TAG_BYTES);
        sealed.extend_from_slice(MAGIC);
        sealed.extend_from_slice(&self.key_id);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(contents);
        let (_, body) = sealed.split_at_mut(HEADER_BYTES);
        let tag = self
            .cipher
            .encrypt_inout_detached(&Nonce::from(nonce), &self.authenticated(key), body.into())
            .map_err(|_| StorageError::unavailable("the object is too long to seal"))?;
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    /// The contents of an object that was sealed under `key`.
    ///
    /// # Errors
    /// [`StorageError::Damaged`] unless every bit is as it was sealed, with this seal's key, under this object key.
    pub fn open(&self, key: &ObjectKey, mut sealed: Vec<u8>) -> Result<Vec<u8>, StorageError> {
        let (magic, rest) = sealed
            .split_at_checked(MAGIC.len())
            .ok_or(StorageError::Damaged)?;
        let (key_id, rest) = rest.split_at_checked(KEY_ID_BYTES).ok_or(StorageError::Damaged)?;
        let nonce = rest.first_chunk::<NONCE_BYTES>().ok_or(StorageError::Damaged)?;
        if magic != MAGIC || key_id != self.key_id {
            return Err(StorageError::Damaged);
        }
        let nonce = Nonce::from(*nonce);
        sealed.drain(..HEADER_BYTES);
        self.cipher
            .decrypt_in_place(&nonce, &self.authenticated(key), &mut sealed)
            .map_err(|_| StorageError::Damaged)?;
        Ok(sealed)
    }

    fn authenticated(&self, key: &ObjectKey) -> Vec<u8> {
        [MAGIC.as_slice(), &self.key_id, key.as_str().as_bytes()].concat()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn key(number: u128) -> ObjectKey {
        ObjectKey::new(Uuid::from_u128(number).into(), Uuid::from_u128(!number).into())
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens_to_the_same_bytes(secret: [u8; 32], name: u128, contents: Vec<u8>) {
            let seal = Seal::new(&secret);
            let sealed = seal.close(&key(name), &contents).unwrap();
            prop_assert_eq!(sealed.len() as u64, contents.len() as u64 + OVERHEAD_BYTES);
            prop_assert_eq!(seal.open(&key(name), sealed).unwrap(), contents);
        }

        #[test]
        fn one_flipped_bit_anywhere_is_refused(contents: Vec<u8>, place: prop::sample::Index, bit in 0_u8..8) {
            let seal = Seal::new(&[7; 32]);
            let mut sealed = seal.close(&key(1), &contents).unwrap();
            let place = place.index(sealed.len());
            sealed[place] ^= 1 << bit;
            prop_assert!(matches!(seal.open(&key(1), sealed), Err(StorageError::Damaged)));
        }

        #[test]
        fn a_cut_object_is_refused(contents: Vec<u8>, place: prop::sample::Index) {
            let seal = Seal::new(&[7; 32]);
            let mut sealed = seal.close(&key(1), &contents).unwrap();
            sealed.truncate(place.index(sealed.len()));
            prop_assert!(matches!(seal.open(&key(1), sealed), Err(StorageError::Damaged)));
        }

        #[test]
        fn another_objects_bytes_are_refused(contents: Vec<u8>, name in 2_u128..) {
            let seal = Seal::new(&[7; 32]);
            let sealed = seal.close(&key(name), &contents).unwrap();
            prop_assert!(matches!(seal.open(&key(1), sealed), Err(StorageError::Damaged)));
        }

        #[test]
        fn another_keys_object_is_refused(contents: Vec<u8>, secret: [u8; 32]) {
            prop_assume!(secret != [7; 32]);
            let sealed = Seal::new(&secret).close(&key(1), &contents).unwrap();
            prop_assert!(matches!(Seal::new(&[7; 32]).open(&key(1), sealed), Err(StorageError::Damaged)));
        }
    }

    #[test]
    fn the_same_contents_never_look_the_same_twice() {
        let seal = Seal::new(&[7; 32]);
        assert_ne!(
            seal.close(&key(1), b"x").unwrap(),
            seal.close(&key(1), b"x").unwrap()
        );
    }
}
