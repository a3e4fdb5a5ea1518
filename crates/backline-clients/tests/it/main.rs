//! The Jira client as Jira sees it: what it sends is held against the published contract, and what sites once
//! answered is read, as is what none ever did. Contract and recordings lie beside this repository and not in it; where
//! they are absent, one line says so.

mod beside;
mod canary;
mod jira;
mod published;
mod recording;
mod simulated;
mod unseen;
