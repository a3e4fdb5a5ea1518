//! Secrets at rest: sealed with XChaCha20-Poly1305 under a key that is not in the database. And proofs that what is no
//! secret was written by Backline: HMAC-SHA256 under a key derived from the same one.
//!
//! An envelope reads `v1.<key id>.<nonce>.<ciphertext>`, hexadecimal but for the version. Where it belongs
//! (table, row, field, version) is authenticated with it.
//!
//! Invariant: an envelope that was moved to another row, field or version does not open.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac as _};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use zeroize::Zeroizing;

/// Keys to seal and open with: the first seals, all open.
#[derive(Clone)]
pub struct KeyRing {
    keys: Arc<Vec<Key>>,
}

struct Key {
    /// The first four bytes of the key's hash: tells keys apart and gives nothing away.
    id: String,
    bytes: Zeroizing<[u8; 32]>,
    /// For proofs: of no use to open an envelope with.
    proving: Zeroizing<[u8; 32]>,
}

/// What the proving key is derived with; another use of the key gets other words.
const PROVING: &[u8] = b"backline proof of authorship, version 1";

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("the key file holds no key: write 64 hexadecimal digits on a line")]
    Empty,
    #[error("line {line} of the key file is not 64 hexadecimal digits")]
    Malformed { line: usize },
}

/// Where a secret is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'p> {
    pub table: &'static str,
    pub row: &'p str,
    pub field: &'static str,
    pub version: i64,
}

/// Why a text is not proved to be Backline's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unproved {
    /// It is none, or not of these values.
    Differs,
    /// It was made under a key that is not in the ring; the key's id.
    OtherKey(String),
}

/// An envelope did not open: another key, another place, or changed bytes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unopened;

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyRing([redacted])")
    }
}

impl KeyRing {
    /// Reads a key file: one key of 32 bytes a line, in hexadecimal, the newest first; `#` begins a comment.
    pub fn from_hex(text: &str) -> Result<Self, KeyError> {
        let mut keys = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let mut bytes = Zeroizing::new([0; 32]);
            hex::decode_to_slice(line, bytes.as_mut())
                .map_err(|_| KeyError::Malformed { line: index + 1 })?;
            let id = hex::encode(&Sha256::digest(bytes.as_ref())[..4]);
            let mut proving = Zeroizing::new([0; 32]);
            proving.copy_from_slice(&hmac(bytes.as_ref(), [Some(PROVING)]).finalize().into_bytes());
            keys.push(Key { id, bytes, proving });
        }
        if keys.is_empty() { Err(KeyError::Empty) } else { Ok(Self { keys: Arc::new(keys) }) }
    }

    /// What tells the key that seals from others.
    pub(crate) fn id(&self) -> &str {
        &self.first().id
    }

    pub(crate) fn opens(&self, id: &str) -> bool {
        self.keys.iter().any(|key| key.id == id)
    }

    fn first(&self) -> &Key {
        self.keys.first().expect("a ring has at least one key: checked when it was read")
    }

    /// A nonce and the ciphertext; `place` is authenticated with it.
    pub(crate) fn seal_bytes(&self, bytes: &[u8], place: &[u8]) -> Vec<u8> {
        let mut nonce = [0; 24];
        getrandom::fill(&mut nonce).expect("the operating system gives random bytes");
        let payload = Payload { msg: bytes, aad: place };
        let sealed = self.first().cipher().encrypt(&XNonce::from(nonce), payload);
        [&nonce[..], &sealed.expect("the cipher takes anything under 256 GiB")].concat()
    }

    /// What was sealed with the key of this id, at this place.
    pub(crate) fn open_bytes(&self, id: &str, sealed: &[u8], place: &[u8]) -> Option<Vec<u8>> {
        let key = self.keys.iter().find(|key| key.id == id)?;
        let (nonce, sealed) = sealed.split_first_chunk::<24>()?;
        key.cipher().decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: place }).ok()
    }

    pub(crate) fn seal(&self, place: Place<'_>, secret: &SecretString) -> String {
        let key = self.first();
        let mut nonce = [0; 24];
        getrandom::fill(&mut nonce).expect("the operating system gives random bytes");
        let payload = Payload { msg: secret.expose_secret().as_bytes(), aad: &place.bytes() };
        let sealed = key
            .cipher()
            .encrypt(&XNonce::from(nonce), payload)
            .expect("the cipher takes any text under 256 GiB");
        format!("v1.{}.{}.{}", key.id, hex::encode(nonce), hex::encode(sealed))
    }

    /// A proof that these values, in this order, were written by whoever has the key: `v1.<key id>.<HMAC>`.
    pub(crate) fn prove<'v>(&self, values: impl IntoIterator<Item = Option<&'v [u8]>>) -> String {
        let key = self.keys.first().expect("a ring has at least one key: checked when it was read");
        let proof = hmac(key.proving.as_ref(), values).finalize().into_bytes();
        format!("v1.{}.{}", key.id, hex::encode(proof))
    }

    /// Checks a proof in constant time.
    pub(crate) fn check<'v>(
        &self,
        proof: &str,
        values: impl IntoIterator<Item = Option<&'v [u8]>>,
    ) -> Result<(), Unproved> {
        let mut parts = proof.split('.');
        let (Some("v1"), Some(id), Some(proof), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Unproved::Differs);
        };
        let Some(key) = self.keys.iter().find(|key| key.id == id) else {
            return Err(Unproved::OtherKey(id.to_owned()));
        };
        let proof = hex::decode(proof).map_err(|_| Unproved::Differs)?;
        hmac(key.proving.as_ref(), values).verify_slice(&proof).map_err(|_| Unproved::Differs)
    }

    pub(crate) fn open(&self, place: Place<'_>, envelope: &str) -> Result<SecretString, Unopened> {
        let mut parts = envelope.split('.');
        let (Some("v1"), Some(id), Some(nonce), Some(sealed), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Unopened);
        };
        let key = self.keys.iter().find(|key| key.id == id).ok_or(Unopened)?;
        let mut nonce_bytes = [0; 24];
        hex::decode_to_slice(nonce, &mut nonce_bytes).map_err(|_| Unopened)?;
        let sealed = hex::decode(sealed).map_err(|_| Unopened)?;
        let payload = Payload { msg: &sealed, aad: &place.bytes() };
        let opened = key.cipher().decrypt(&XNonce::from(nonce_bytes), payload).map_err(|_| Unopened)?;
        String::from_utf8(opened).map(SecretString::from).map_err(|_| Unopened)
    }
}

/// Over values of any bytes: each has its length before it, so that no two lists read alike.
fn hmac<'v>(key: &[u8], values: impl IntoIterator<Item = Option<&'v [u8]>>) -> Hmac<Sha256> {
    const ABSENT: u64 = u64::MAX;
    let mut mac =
        <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).expect("HMAC takes a key of any length");
    for value in values {
        mac.update(&value.map_or(ABSENT, |value| value.len() as u64).to_be_bytes());
        mac.update(value.unwrap_or_default());
    }
    mac
}

impl Key {
    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.bytes).into())
    }
}

impl Place<'_> {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for part in [self.table, self.row, self.field] {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        bytes.extend_from_slice(&self.version.to_be_bytes());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::{KeyError, KeyRing, Place, Unopened, Unproved};
    use secrecy::{ExposeSecret, SecretString};

    const HERE: Place<'static> = Place { table: "jira_grant", row: "1", field: "credentials", version: 3 };

    fn ring(digits: &str) -> KeyRing {
        KeyRing::from_hex(&digits.repeat(32)).unwrap()
    }

    #[test]
    fn a_secret_opens_only_where_it_was_sealed() {
        let keys = ring("0a");
        let envelope = keys.seal(HERE, &SecretString::from("s3cret"));
        assert!(!envelope.contains("s3cret"));
        assert_eq!(keys.open(HERE, &envelope).unwrap().expose_secret(), "s3cret");
        for elsewhere in
            [Place { row: "2", ..HERE }, Place { version: 4, ..HERE }, Place { field: "other", ..HERE }]
        {
            assert_eq!(keys.open(elsewhere, &envelope).map(|_| ()), Err(Unopened));
        }
    }

    #[test]
    fn an_older_key_still_opens_and_a_foreign_one_does_not() {
        let envelope = ring("0a").seal(HERE, &SecretString::from("s3cret"));
        let rotated = KeyRing::from_hex(&format!("{}\n{}", "0b".repeat(32), "0a".repeat(32))).unwrap();
        assert!(rotated.open(HERE, &envelope).is_ok());
        assert_eq!(ring("0b").open(HERE, &envelope).map(|_| ()), Err(Unopened));
    }

    #[test]
    fn a_changed_byte_is_noticed() {
        let keys = ring("0a");
        let mut envelope = keys.seal(HERE, &SecretString::from("s3cret"));
        let last = envelope.pop().unwrap();
        envelope.push(if last == '0' { '1' } else { '0' });
        assert_eq!(keys.open(HERE, &envelope).map(|_| ()), Err(Unopened));
    }

    #[test]
    fn a_proof_holds_for_its_values_alone() {
        let keys = ring("0a");
        let values = |list: &'static [Option<&'static str>]| list.iter().map(|one| one.map(str::as_bytes));
        let proof = keys.prove(values(&[Some("ab"), None, Some("c")]));
        assert_eq!(keys.check(&proof, values(&[Some("ab"), None, Some("c")])), Ok(()));
        for other in [
            &[Some("a"), None, Some("bc")] as &'static [_],
            &[Some("ab"), Some(""), Some("c")],
            &[Some("ab"), Some("c")],
            &[Some("ab"), None, Some("c"), None],
        ] {
            assert_eq!(keys.check(&proof, values(other)), Err(Unproved::Differs), "{other:?}");
        }
        let rotated = KeyRing::from_hex(&format!("{}\n{}", "0b".repeat(32), "0a".repeat(32))).unwrap();
        assert_eq!(rotated.check(&proof, values(&[Some("ab"), None, Some("c")])), Ok(()));
        let foreign = ring("0b").check(&proof, values(&[Some("ab"), None, Some("c")]));
        assert!(matches!(foreign, Err(Unproved::OtherKey(_))), "{foreign:?}");
    }

    #[test]
    fn a_key_file_names_its_bad_line() {
        assert_eq!(KeyRing::from_hex("# none\n").map(|_| ()), Err(KeyError::Empty));
        assert_eq!(KeyRing::from_hex("# one\nabc").map(|_| ()), Err(KeyError::Malformed { line: 2 }));
    }
}
