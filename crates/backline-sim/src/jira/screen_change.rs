//! What an administrator does to a create screen while others use it: a field becomes required, or goes.
//!
//! The change is kept, so that a start from the journal has the same screens.

use super::config::{Config, Id, ScreenField};
use super::field::{FieldNo, id_of};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ScreenChange {
    pub project: Id,
    pub issue_type: Id,
    pub field: FieldNo,
    pub to: Place,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    Required,
    Optional,
    OffScreen,
}

/// Screens of their own are numbered from here; below are the seeded ones, which several types share.
const FIRST_OWN_SCREEN: Id = 1_000;

impl ScreenChange {
    /// The key under which the change is kept: a later one of the same field replaces it.
    pub fn key(&self) -> String {
        format!("{}/{}/{}", self.project, self.issue_type, id_of(self.field))
    }

    /// Gives the pair of project and type a screen of its own and changes it.
    pub fn apply(&self, config: &mut Config) {
        let mut screen: Vec<ScreenField> = config.screen_of(self.project, self.issue_type).to_vec();
        let old = screen.iter().position(|on_screen| on_screen.field == self.field);
        let is_required = matches!(self.to, Place::Required);
        match (old, self.to) {
            (Some(at), Place::OffScreen) => drop(screen.remove(at)),
            (Some(at), _) => screen[at].is_required = is_required,
            (None, Place::OffScreen) => {}
            (None, _) => screen.push(ScreenField { field: self.field, is_required, default: None }),
        }
        let own =
            config.screens.keys().next_back().map_or(FIRST_OWN_SCREEN, |id| FIRST_OWN_SCREEN.max(id + 1));
        let project = config.projects.get_mut(&self.project);
        let types = project.map_or(&mut [][..], |project| &mut project.types);
        if let Some(row) = types.iter_mut().find(|row| row.issue_type == self.issue_type) {
            if row.screen < FIRST_OWN_SCREEN {
                row.screen = own;
            }
            config.screens.insert(row.screen, screen);
        }
    }
}
