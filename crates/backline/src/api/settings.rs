//! Settings: what an administrator may change while Backline runs. Secrets are written and never shown.

pub mod github;
pub mod sla;
pub mod slack;
