use backline_proof::plan::Plan;
use backline_proof::run::{Run, play};

/// Ten minutes of trouble, for a debug build.
fn played(seed: u64) -> Run {
    play(Plan::draw(seed).within(600), None).expect("a world is made")
}

#[test]
fn two_runs_of_one_seed_are_the_same() {
    let (first, second) = (played(2), played(2));
    for (a, b) in first.story.iter().zip(&second.story) {
        assert_eq!(format!("{a:?}"), format!("{b:?}"));
    }
    assert_eq!(first.hash(), second.hash());
    assert_ne!(first.hash(), played(3).hash());
}

#[test]
fn a_world_holds_and_much_happens_in_it() {
    let run = played(1);
    assert_eq!(run.violations, []);
    assert!(
        run.figures.acts > 2 && run.figures.requests > 50 && run.figures.tickets > 0,
        "{:?}",
        run.figures
    );
}
