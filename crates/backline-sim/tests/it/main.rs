//! The simulators as clients see them: over loopback, with every Jira answer held against the published schema.

mod accounts;
mod control;
mod door;
mod edit;
mod fault;
mod fields;
mod issue;
mod lists;
mod page;
mod published;
mod restart;
mod satellite;
mod search;
mod transition;
mod world;
