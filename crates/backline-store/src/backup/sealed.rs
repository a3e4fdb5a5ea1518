//! The file of a backup: a line that says what it is, then the database in sealed pieces.
//!
//! A piece is its length (4 bytes), a nonce of 24 bytes and its ciphertext. Its place, and whether it is the last, are
//! authenticated with it.
//!
//! Invariant: a file that was cut, or whose pieces were changed or moved, does not open.

use super::BackupError;
use crate::crypto::KeyRing;
use serde::{Deserialize, Serialize};
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};

const MAGIC: &str = "backline backup 1";
const PIECE: usize = 1 << 20;
const NONCE: usize = 24;
const TAG: usize = 16;
const HEADER_MAX: u64 = 4_096;

/// What stands before the pieces, in plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// When it was made: what happened at Jira after it is not in it.
    pub made_at: jiff::Timestamp,
    /// The version that made it.
    pub version: String,
    /// Which key opens it.
    pub key: String,
}

/// Seals everything that `from` gives.
pub(super) fn seal(
    header: &Header,
    keys: &KeyRing,
    from: impl Read,
    mut to: impl Write,
) -> Result<(), BackupError> {
    let line = format!("{MAGIC} {}\n", serde_json::to_string(header).expect("a header is plain JSON"));
    to.write_all(line.as_bytes())?;
    let mut from = BufReader::with_capacity(PIECE, from);
    let mut index = 0;
    loop {
        let piece = read_piece(&mut from)?;
        let is_last = from.fill_buf()?.is_empty();
        let sealed = keys.seal_bytes(&piece, &place(&line, index, is_last));
        let length = u32::try_from(sealed.len()).expect("a piece is about 1 MiB");
        to.write_all(&length.to_be_bytes())?;
        to.write_all(&sealed)?;
        if is_last {
            return Ok(());
        }
        index += 1;
    }
}

/// Opens what [`seal`] made.
pub(super) fn open(keys: &KeyRing, from: impl Read, mut to: impl Write) -> Result<Header, BackupError> {
    let mut from = BufReader::with_capacity(PIECE, from);
    let (line, header) = header(&mut from)?;
    let mut index = 0;
    loop {
        let mut length = [0; 4];
        from.read_exact(&mut length).map_err(cut)?;
        let length = u32::from_be_bytes(length) as usize;
        if !(NONCE + TAG..=NONCE + TAG + PIECE).contains(&length) {
            return Err(BackupError::Damaged { piece: index });
        }
        let mut sealed = vec![0; length];
        from.read_exact(&mut sealed).map_err(cut)?;
        let is_last = from.fill_buf()?.is_empty();
        let opened = keys
            .open_bytes(&header.key, &sealed, &place(&line, index, is_last))
            .ok_or(BackupError::Damaged { piece: index })?;
        to.write_all(&opened)?;
        if is_last {
            return Ok(header);
        }
        index += 1;
    }
}

/// The header alone, and its line.
pub(super) fn header(from: &mut impl BufRead) -> Result<(String, Header), BackupError> {
    let mut line = Vec::new();
    from.take(HEADER_MAX).read_until(b'\n', &mut line)?;
    let line = String::from_utf8(line).map_err(|_| BackupError::NoBackup)?;
    let json = line.strip_prefix(MAGIC).ok_or(BackupError::NoBackup)?;
    let header = serde_json::from_str(json).map_err(|_| BackupError::NoBackup)?;
    Ok((line, header))
}

fn read_piece(from: &mut impl Read) -> Result<Vec<u8>, BackupError> {
    let mut piece = Vec::with_capacity(PIECE);
    from.take(PIECE as u64).read_to_end(&mut piece)?;
    Ok(piece)
}

fn place(line: &str, index: u64, is_last: bool) -> Vec<u8> {
    [line.as_bytes(), &index.to_be_bytes(), &[u8::from(is_last)]].concat()
}

fn cut(error: std::io::Error) -> BackupError {
    if error.kind() == ErrorKind::UnexpectedEof { BackupError::Cut } else { error.into() }
}

#[cfg(test)]
mod tests {
    use super::{BackupError, Header, PIECE, open, seal};
    use crate::crypto::KeyRing;

    fn keys(digits: &str) -> KeyRing {
        KeyRing::from_hex(&digits.repeat(32)).unwrap()
    }

    fn sealed(bytes: &[u8]) -> Vec<u8> {
        let keys = keys("0a");
        let header = Header {
            made_at: "2026-03-01T10:00:00Z".parse().unwrap(),
            version: "1".into(),
            key: keys.id().to_owned(),
        };
        let mut file = Vec::new();
        seal(&header, &keys, bytes, &mut file).unwrap();
        file
    }

    fn opened(file: &[u8]) -> Result<Vec<u8>, BackupError> {
        let mut bytes = Vec::new();
        open(&keys("0a"), file, &mut bytes).map(|_| bytes)
    }

    #[test]
    fn what_was_sealed_opens_whatever_its_length() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE] {
            let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let file = sealed(&bytes);
            assert!(opened(&file).unwrap() == bytes, "{length}");
            if length > 100 {
                assert!(!file.windows(100).any(|part| part == &bytes[..100]), "it is not readable");
            }
        }
    }

    #[test]
    fn a_changed_cut_or_foreign_file_does_not_open() {
        let file = sealed(&vec![7; 2 * PIECE]);
        for at in [file.len() - 1, file.len() / 2, 60] {
            let mut changed = file.clone();
            changed[at] ^= 1;
            assert!(opened(&changed).is_err(), "byte {at}");
            assert!(matches!(opened(&file[..at]), Err(BackupError::Cut | BackupError::NoBackup)), "cut {at}");
        }
        // Cut between two pieces.
        let second =
            file.iter().position(|byte| *byte == b'\n').unwrap() + 1 + 4 + super::NONCE + super::TAG + PIECE;
        assert!(matches!(opened(&file[..second]), Err(BackupError::Damaged { piece: 0 })));
        assert!(matches!(open(&keys("0b"), &file[..], Vec::new()), Err(BackupError::Damaged { piece: 0 })));
        assert!(matches!(opened(b"SQLite format 3\0"), Err(BackupError::NoBackup)));
        assert!(matches!(opened(b""), Err(BackupError::NoBackup)));
    }
}
