//! Every public operation of the Jira client: its requests, the proof that their check can fail, recorded answers.

pub(crate) mod answer;
mod edge;
mod every;
pub(crate) mod operation;
mod recorded;
mod sent;
mod wrong;
