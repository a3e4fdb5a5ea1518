//! The configuration of a site, and the JSON that was written of it.
//!
//! Invariant: [`Setup::change`] is the only way to change the configuration, and it forgets what was written of it. So
//! nobody reads a name that is no longer so, whoever changed it.

use crate::jira::config::Config;
use crate::jira::written::Written;
use std::ops::Deref;

#[derive(Default)]
pub struct Setup {
    config: Config,
    written: Written,
}

impl Setup {
    pub fn new(config: Config) -> Self {
        Self { config, written: Written::default() }
    }

    pub fn change(&mut self) -> &mut Config {
        self.written = Written::default();
        &mut self.config
    }

    pub fn written(&self) -> &Written {
        &self.written
    }
}

impl Deref for Setup {
    type Target = Config;

    fn deref(&self) -> &Config {
        &self.config
    }
}
