//! Pieces that several pages show, as plain values that a template prints: a severity, a state, a moment, the
//! line from finding to fix.
//!
//! Invariant: nothing here makes HTML. Every text reaches the page through the template's escaping, and a link
//! that a scanner or a code host wrote goes through [`link::web`] first.

pub mod blocked;
pub mod chain;
pub mod document;
pub mod event;
pub mod fragment;
pub mod link;
pub mod list;
pub mod lozenge;
pub mod moment;
pub mod pager;
pub mod prose;
pub mod query;
#[cfg(test)]
pub mod sample;
pub mod severity;
pub mod sla;
pub mod tab;
