//! JSON that many answers share, as text: a status, a person, a page of create metadata.
//!
//! Owned by the [configuration](super::state) that it was written of and forgotten with every change of it. What
//! depends on more than the configuration, the address and the parts of [`Part`] must not be kept here.

use super::config::Id;
use super::field::FieldNo;
use super::look::Look;
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// What is kept, and for createmeta for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Status(Id),
    IssueType(Id),
    Project(Id),
    Person(&'static str),
    /// A value that a field chooses from one of the site's lists.
    Choice(FieldNo, Id),
    CreateFields {
        viewer: &'static str,
        project: Id,
        issue_type: Id,
        start: usize,
        max: usize,
    },
}

/// So many bytes are kept for one address; then all are forgotten.
const BYTES_MAX: usize = 16 * 1_024 * 1_024;
/// Sites are seldom renamed, and have two addresses and two versions.
const ADDRESSES_MAX: usize = 16;

/// A piece of JSON that goes into an answer as it is.
#[derive(Debug, Clone)]
pub struct Piece(Arc<RawValue>);

impl Piece {
    pub fn text(&self) -> &str {
        self.0.get()
    }
}

impl Serialize for Piece {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

#[derive(Debug, Default)]
pub struct Written {
    addresses: RwLock<Vec<Address>>,
}

/// `self` addresses differ from door to door, so what is written for one is no good for another.
#[derive(Debug)]
struct Address {
    base: String,
    site_url: String,
    version: u8,
    bytes: usize,
    pieces: BTreeMap<Part, Piece>,
}

impl Address {
    fn is_of(&self, look: &Look) -> bool {
        self.version == look.version && self.base == look.base && self.site_url == look.site_url
    }
}

impl Written {
    /// The piece as it was written before, else as `make` makes it.
    pub fn piece(&self, look: &Look, part: Part, make: impl FnOnce() -> Value) -> Piece {
        let known = |addresses: &[Address]| {
            addresses.iter().find(|address| address.is_of(look))?.pieces.get(&part).cloned()
        };
        // Whoever panicked while holding it left whole pieces behind: one is put in as the last step.
        if let Some(piece) = known(&self.addresses.read().unwrap_or_else(PoisonError::into_inner)) {
            return piece;
        }
        let piece = Piece(to_raw_value(&make()).expect("simulator state is plain JSON").into());
        let mut addresses = self.addresses.write().unwrap_or_else(PoisonError::into_inner);
        keep(&mut addresses, look, part, piece.clone());
        piece
    }
}

fn keep(addresses: &mut Vec<Address>, look: &Look, part: Part, piece: Piece) {
    let at = addresses.iter().position(|address| address.is_of(look)).unwrap_or_else(|| {
        if addresses.len() == ADDRESSES_MAX {
            addresses.clear();
        }
        let (base, site_url) = (look.base.to_owned(), look.site_url.to_owned());
        addresses.push(Address { base, site_url, version: look.version, bytes: 0, pieces: BTreeMap::new() });
        addresses.len() - 1
    });
    let address = &mut addresses[at];
    if address.bytes + piece.text().len() > BYTES_MAX {
        address.pieces.clear();
        address.bytes = 0;
    }
    address.bytes += piece.text().len();
    address.pieces.insert(part, piece);
}
