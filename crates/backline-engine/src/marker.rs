//! The sign on a Jira issue that proves it is ours.
//!
//! It stands inside the body of the create call itself, as an entity property and, where the create screen has
//! labels, as a label: so an issue whose answer was lost is found again and never made twice. The label only
//! helps to find; what proves is the property with the nonce of the attempt.

use backline_core::ids::SubjectId;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The key of the entity property.
pub const PROPERTY: &str = "backline.subject";

/// The word by which an issue is found. The same for every attempt at one subject, never rotated.
pub fn label(instance: &str, subject: SubjectId) -> String {
    let mut hash = Sha256::new();
    hash.update(instance.as_bytes());
    hash.update(subject.0.as_bytes());
    format!("backline-{}", &hex::encode(hash.finalize())[..12])
}

/// The property's value for one attempt.
pub fn property(instance: &str, subject: SubjectId, nonce: Uuid, mapping_version: u32) -> Json {
    json!({"instance": instance, "subject": subject.0, "nonce": nonce, "mapping_version": mapping_version})
}

/// The attempt that wrote a property, whoever's it is.
pub fn nonce(property: &Json) -> Option<Uuid> {
    property["nonce"].as_str()?.parse().ok()
}

/// The subject that a property of this installation was written for.
pub fn subject(property: &Json, instance: &str) -> Option<SubjectId> {
    let subject = property["subject"].as_str()?.parse().ok()?;
    is_of_subject(property, instance, SubjectId(subject)).then_some(SubjectId(subject))
}

/// Whether a property was written for this subject, by whatever attempt.
pub fn is_of_subject(property: &Json, instance: &str, subject: SubjectId) -> bool {
    property["instance"] == json!(instance) && property["subject"] == json!(subject.0)
}

/// Whether a property was written by this attempt. A clone of the issue, or a pasted label, does not pass:
/// Jira does not copy properties, and a nonce is used once.
pub fn is_of_attempt(property: &Json, instance: &str, subject: SubjectId, nonce: Uuid) -> bool {
    is_of_subject(property, instance, subject) && property["nonce"] == json!(nonce)
}
