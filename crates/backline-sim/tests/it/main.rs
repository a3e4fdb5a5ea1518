//! The simulators as clients see them: over loopback, with every Jira answer held against the published schema.

mod accounts;
mod act;
mod control;
mod door;
mod edit;
mod fault;
mod fields;
mod history;
mod issue;
mod limit;
mod lists;
mod page;
mod plan;
mod published;
mod reference;
mod restart;
mod satellite;
mod search;
mod seed;
mod size;
mod transition;
mod world;
