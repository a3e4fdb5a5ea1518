//! The site "globex": one project.

use super::acme::{plain_types, project};
use super::{screens, workflows};
use crate::jira::config::Config;

pub fn add(config: &mut Config) {
    screens::add(config);
    workflows::add(config);
    config.add_project(project(10_000, "GLX", "Globex", plain_types()));
}
