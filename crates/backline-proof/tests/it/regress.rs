//! Plans that once showed a bug, as they were made small.

use backline_proof::plan::Plan;
use backline_proof::run::play;
use std::path::Path;

#[test]
fn what_once_failed_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/regress");
    let mut paths: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder of plans")
        .map(|entry| entry.expect("it can be listed").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    paths.sort();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a plan is text");
        let plan: Plan =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let run = play(plan, None).expect("a world is made");
        assert_eq!(run.violations, [], "{}", path.display());
    }
}
