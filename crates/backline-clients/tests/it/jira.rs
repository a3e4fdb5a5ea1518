//! Every public operation of the Jira client: its requests, the proof that their check can fail, recorded answers.

mod answer;
mod edge;
pub(crate) mod operation;
mod recorded;
mod sent;
mod wrong;
