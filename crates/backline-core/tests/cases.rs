//! Plays every file of `tests/cases`: what we know, what Jira has, and the plan that follows.
//!
//! `./test bless` rewrites the last part of each file. The language is described in `tests/cases/README.md`.

#[path = "cases/world.rs"]
mod world;

use std::path::{Path, PathBuf};
use world::{World, show};

fn case_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder of cases exists")
        .map(|entry| entry.expect("it can be listed").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    files
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test runner is told by its environment to bless")]
fn each_case_plans_as_written() {
    let is_blessing = std::env::var("BACKLINE_BLESS").is_ok();
    let mut wrong = Vec::new();
    for path in case_files() {
        let text = std::fs::read_to_string(&path).expect("a case is text");
        let (given, expected) = text.split_once("-- plan\n").expect("a case ends with its plan");
        let plan = show(&World::read(given).plan());
        if plan == expected {
            continue;
        }
        if is_blessing {
            std::fs::write(&path, format!("{given}-- plan\n{plan}")).expect("a case can be rewritten");
        } else {
            wrong.push(format!("{}\nexpected:\n{expected}\nfound:\n{plan}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Ten passes over an unchanged world send nothing.
#[test]
fn what_was_carried_out_is_not_done_again() {
    for path in case_files() {
        let text = std::fs::read_to_string(&path).expect("a case is text");
        let (given, _) = text.split_once("-- plan\n").expect("a case ends with its plan");
        let mut world = World::read(given);
        let plan = world.plan();
        let is_on_the_way = plan.operations.iter().any(|planned| planned.rule == "on the way");
        if plan.blocked.is_some()
            || is_on_the_way
            || plan.operations.iter().any(|p| p.rule == "no ticket yet")
        {
            continue;
        }
        world.carry_out(&plan);
        assert!(!world.may_act(), "{} is not at rest", path.display());
    }
}

/// A rule that no case shows may as well not exist.
#[test]
fn each_rule_of_the_plan_has_a_case() {
    let all: String =
        case_files().iter().map(|path| std::fs::read_to_string(path).expect("a case is text")).collect();
    for rule in [
        "no ticket yet",
        "not open",
        "differs",
        "stage changed",
        "on the way",
        "not yet said",
        "facts changed",
        "not linked",
        "link changed",
        "closed by a person",
        "changed in Jira",
        "taken over by a person",
        "block edited by a person",
        "no acceptable value",
    ] {
        assert!(all.contains(&format!("[{rule}]")), "no case shows the rule '{rule}'");
    }
}
