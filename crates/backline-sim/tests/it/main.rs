//! The simulators as clients see them: over loopback, with every Jira answer held against the published schema.

mod accounts;
mod control;
mod door;
mod edit;
mod fault;
mod fields;
mod gallery;
mod grant;
mod issue;
mod lists;
mod page;
mod people;
mod published;
mod recorded;
mod restart;
mod satellite;
mod search;
mod shape;
mod transition;
mod walk;
mod world;
