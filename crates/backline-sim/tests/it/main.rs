//! The simulators as clients see them: over loopback, with every Jira answer held against the published schema.

mod accounts;
mod control;
mod edit;
mod fault;
mod fields;
mod issue;
mod limit;
mod page;
mod published;
mod restart;
mod satellite;
mod search;
mod size;
mod transition;
mod world;
