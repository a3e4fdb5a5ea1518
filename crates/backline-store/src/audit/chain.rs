//! What the proofs of the chain are made over: a row's content, its seal, and the head.

use crate::entity::{audit, audit_head};

/// Values in their order, absent ones too.
pub(super) struct Values(Vec<Option<Vec<u8>>>);

impl Values {
    pub fn values(&self) -> impl Iterator<Item = Option<&[u8]>> {
        self.0.iter().map(Option::as_deref)
    }
}

/// Everything that a row says, in the order of its columns. Neither its number nor its seal is known when it is written.
pub(super) fn content(row: &audit::Model) -> Values {
    let text = |text: &str| Some(text.as_bytes().to_vec());
    let text_of = |text: &Option<String>| text.as_ref().map(|text| text.as_bytes().to_vec());
    let number = |number: i64| number.to_be_bytes().to_vec();
    let id = |id: Option<uuid::Uuid>| id.map(|id| id.as_bytes().to_vec());
    Values(vec![
        text("row"),
        id(Some(row.id)),
        Some(number(row.at)),
        text(&row.actor),
        text(&row.action),
        text(&row.object),
        id(row.subject),
        id(row.pull_request),
        id(row.intent),
        id(row.call),
        text_of(&row.cause),
        text_of(&row.rule),
        text_of(&row.reason),
        text_of(&row.method),
        text_of(&row.path),
        text_of(&row.body),
        row.status.map(number),
        text_of(&row.answer),
    ])
}

/// A row in its place: its number, its own proof, and the seal before it; empty before the first.
pub(super) fn link(seq: i64, mac: &str, before: &str) -> Values {
    Values(
        [b"seal".as_slice(), &seq.to_be_bytes(), mac.as_bytes(), before.as_bytes()]
            .map(|value| Some(value.to_vec()))
            .to_vec(),
    )
}

/// Where the chain ends.
pub(super) fn end(head: &audit_head::Model) -> Values {
    Values(
        [b"head".as_slice(), &head.rows.to_be_bytes(), head.seal.as_bytes(), &head.at.to_be_bytes()]
            .map(|value| Some(value.to_vec()))
            .to_vec(),
    )
}

/// Whether nothing was sealed yet.
pub(super) fn is_pristine(head: &audit_head::Model) -> bool {
    head.rows == 0 && head.seal.is_empty() && head.mac.is_empty()
}
