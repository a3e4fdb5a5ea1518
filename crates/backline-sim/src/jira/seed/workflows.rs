//! The workflows: the reviewed one of SEC with its Done screen, and plain ones.

use super::lists::{DONE, IN_PROGRESS, IN_REVIEW, RESOLVED_DONE, TO_DO};
use crate::jira::config::{Config, Id, PostFunction, ScreenField, Transition, Workflow};
use crate::jira::field::{ASSIGNEE, FIX_VERSIONS, RESOLUTION};

pub const REVIEWED: Id = 1;
pub const PLAIN: Id = 2;

pub fn add(config: &mut Config) {
    config.workflows.insert(REVIEWED, reviewed());
    config.workflows.insert(PLAIN, plain([TO_DO, IN_PROGRESS, DONE], [11, 21, 31]));
}

/// A transition without a screen.
pub fn step(id: Id, name: &'static str, from: &[Id], to: Id) -> Transition {
    Transition {
        id,
        name,
        from: from.to_vec(),
        to,
        screen: None,
        condition: None,
        validator: None,
        post: PostFunction::None,
    }
}

fn reviewed() -> Workflow {
    let mut done = step(51, "Done", &[TO_DO, IN_PROGRESS, IN_REVIEW], DONE);
    let on_screen = |field, is_required| ScreenField { field, is_required, default: None };
    done.screen =
        Some(vec![on_screen(RESOLUTION, true), on_screen(FIX_VERSIONS, false), on_screen(ASSIGNEE, false)]);
    let mut reopen = step(61, "Reopen", &[DONE], TO_DO);
    reopen.post = PostFunction::ClearResolution;
    Workflow {
        initial: TO_DO,
        statuses: vec![TO_DO, IN_PROGRESS, IN_REVIEW, DONE],
        transitions: vec![
            step(11, "Start progress", &[TO_DO], IN_PROGRESS),
            step(21, "Send to review", &[TO_DO, IN_PROGRESS], IN_REVIEW),
            step(31, "Back to work", &[IN_REVIEW], IN_PROGRESS),
            step(41, "Stop", &[IN_PROGRESS, IN_REVIEW], TO_DO),
            done,
            reopen,
        ],
    }
}

/// Three statuses, each reached from everywhere and without a screen.
pub fn plain(statuses: [Id; 3], transitions: [Id; 3]) -> Workflow {
    let names = ["To Do", "In Progress", "Done"];
    let posts = [
        PostFunction::ClearResolution,
        PostFunction::ClearResolution,
        PostFunction::SetResolution(RESOLVED_DONE),
    ];
    let transitions = (0..3).map(|n| Transition {
        id: transitions[n],
        name: names[n],
        from: Vec::new(),
        to: statuses[n],
        screen: None,
        condition: None,
        validator: None,
        post: posts[n],
    });
    Workflow { initial: statuses[0], statuses: statuses.to_vec(), transitions: transitions.collect() }
}
