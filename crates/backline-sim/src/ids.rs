//! Ids and secrets that depend on the seed alone.
//!
//! A token here guards nothing, so a hash of the seed and a counter is enough; what matters is that a value is
//! never given out twice and that the same seed gives the same world.

use sha2::{Digest, Sha256};
use uuid::Builder;

/// Hex of a hash of the seed and `parts`, 64 characters long.
pub fn hash(seed: u64, parts: &[&str]) -> String {
    hex::encode(digest(seed, parts))
}

/// A UUID in the form of a random one.
pub fn uuid(seed: u64, parts: &[&str]) -> String {
    let digest = digest(seed, parts);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Builder::from_random_bytes(bytes).into_uuid().to_string()
}

fn digest(seed: u64, parts: &[&str]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(seed.to_be_bytes());
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().into()
}
