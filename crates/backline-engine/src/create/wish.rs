//! What is handed over for one ticket that is to be made, and what comes back.

use crate::audit::Heard;
use crate::failure::Failure;
use crate::grant::Token;
use backline_clients::jira::{CreateIssue, Created};
use backline_core::ids::{FieldId, IntentId};
use backline_core::jira::value::Value;
use backline_store::intent::{Begun, Intent};
use backline_store::work::Lease;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tokio::sync::oneshot;

/// What an intent to create keeps, so that a ticket whose answer was lost can be adopted.
#[derive(Debug, Serialize, Deserialize)]
pub struct CreateIntent {
    pub fields: BTreeMap<FieldId, Value>,
    pub mapping_version: u32,
    /// The highest issue number that was known in the project; the new one is above it.
    pub number_before: u64,
}

/// One ticket that is to be made.
pub struct Wish {
    pub lease: Lease,
    /// Without its operation, which is `kept` once the number is known.
    pub intent: Intent,
    pub kept: CreateIntent,
    pub body: CreateIssue,
    /// Earlier intents of the subject that are known to have come to nothing.
    pub failed: Vec<IntentId>,
    pub answer: oneshot::Sender<Answer>,
}

/// What came of it.
pub struct Answer {
    /// What was called with, where it came so far.
    pub token: Option<Token>,
    /// Where it is open now.
    pub intent: Option<Intent>,
    /// How its call went out, and with what status it was answered.
    pub heard: Option<Heard>,
    pub made: Result<Created, Failure>,
}

impl Wish {
    /// Ends it before its intent was kept.
    pub fn refuse(self, token: Option<Token>, failure: Failure) {
        // A pass that went away has no use for the answer.
        self.answer.send(Answer { token, intent: None, heard: None, made: Err(failure) }).ok();
    }

    /// Ends it after its intent was kept.
    pub fn end(self, token: Token, heard: Option<Heard>, made: Result<Created, Failure>) {
        self.answer.send(Answer { token: Some(token), intent: Some(self.intent), heard, made }).ok();
    }

    pub fn begin(&mut self, number_before: u64) -> Begun {
        self.kept.number_before = number_before;
        self.intent.operation = serde_json::to_value(&self.kept).expect("an intent is plain JSON");
        Begun { lease: self.lease.clone(), intent: self.intent.clone(), failed: self.failed.clone() }
    }
}
