//! Connected projects as a file, over the command line: exported, compared, changed, refused, applied.

use super::world::World;
use serde_json::Value;

/// What is live, as a file that a person edits.
struct File {
    path: String,
}

impl File {
    fn export(world: &World) -> Self {
        let path = world.folder("projects.toml");
        let (code, said) = world.command(&["config", "export", "--output", &path]);
        assert_eq!(code, 0, "{said}");
        Self { path }
    }

    fn text(&self) -> String {
        std::fs::read_to_string(&self.path).expect("it was written")
    }

    fn write(&self, text: &str) {
        std::fs::write(&self.path, text).expect("it can be written");
    }

    /// The verb on this file, with more arguments: exit code and what is said.
    fn run(&self, world: &World, verb: &str, more: &[&str]) -> (i32, String) {
        world.command(&[&["config", verb, self.path.as_str()], more].concat())
    }

    /// Applying a changed text is refused, at a line that holds this, with these words; nothing changes.
    fn refused(&self, world: &World, text: &str, at: &str, says: &str) {
        let before = world.api("/projects");
        self.write(text);
        for verb in ["diff", "apply"] {
            let (code, said) = self.run(world, verb, &[]);
            let line = text.lines().position(|line| line == at).expect("the line") + 1;
            assert_eq!(code, 3, "{said}");
            assert!(
                said.contains(&format!("line {line}: ")) && said.contains(says),
                "{line} {says} in {said}"
            );
        }
        assert_eq!(world.api("/projects"), before);
    }
}

const WEB: &str = r#"
[[project]]
project = "WEB"
issue_type = "Task"

[project.rule]
repositories = ["acme/web-*"]

[[project.field]]
field = "Summary"
manual = "{{ title }}"
"#;

/// The text by names alone, as a file for another site would be written by hand.
fn without_ids(text: &str) -> String {
    let mut kept = String::new();
    for line in text.lines().filter(|line| !line.starts_with("id = ")) {
        let mut rest = line;
        while let Some((before, after)) = rest.split_once(", id = \"") {
            kept.push_str(before);
            rest = after.split_once('"').expect("it is quoted").1;
        }
        kept.push_str(rest);
        kept.push('\n');
    }
    kept
}

#[test]
fn a_file_says_what_is_live_and_changes_it_as_a_whole() {
    let world = World::start();
    let file = File::export(&world);
    let exported = file.text();

    // Its own export is no difference, and asks Jira nothing.
    world.settle();
    let before = world.jira_requests();
    let (code, said) = file.run(&world, "diff", &[]);
    assert_eq!((code, said.as_str()), (0, "1 project is unchanged\n"));
    assert_eq!(world.jira_requests(), before);
    file.write(&without_ids(&exported));
    let (code, said) = file.run(&world, "diff", &[]);
    assert_eq!((code, said.as_str()), (0, "1 project is unchanged\n"), "names alone mean the same here");

    // What is changed and added is told before it is done.
    let line = exported.lines().find(|line| line.starts_with("highest = ")).expect("it is mapped");
    let changed = exported.replacen(line, "highest = \"High\"", 1) + WEB;
    file.write(&changed);
    let told = "~ SEC / Bug\n    Priority: highest → High, was Highest\n+ WEB / Task\n";
    let (code, said) = file.run(&world, "diff", &[]);
    assert_eq!((code, said.as_str()), (1, told));
    let (_, shown) = file.run(&world, "diff", &["--json"]);
    let shown: Value = serde_json::from_str(&shown).expect("JSON");
    let etag = shown["etag"].as_str().expect("a tag").to_owned();
    let (code, said) = file.run(&world, "apply", &["--if-match", &etag]);
    assert_eq!((code, said.as_str()), (0, told));
    assert_eq!(world.api("/projects")["projects"].as_array().map(Vec::len), Some(2));
    let (code, said) = file.run(&world, "diff", &[]);
    assert_eq!(code, 0, "{said}");
    let (code, said) = file.run(&world, "apply", &["--if-match", &etag]);
    assert_eq!(code, 6, "what was read before is stale: {said}");

    // What a file does not name stays, unless it is told to go.
    file.write(&exported);
    let (code, said) = file.run(&world, "apply", &[]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(world.api("/projects")["projects"].as_array().map(Vec::len), Some(2));
    let (code, said) = file.run(&world, "apply", &["--prune"]);
    assert_eq!((code, said.as_str()), (0, "- WEB / Task\n1 project is unchanged\n"));
    assert_eq!(world.api("/projects")["projects"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_file_is_refused_whole_with_its_lines() {
    let world = World::start();
    let file = File::export(&world);
    let exported = file.text();
    let line = exported.lines().find(|line| line.starts_with("highest = ")).expect("it is mapped").to_owned();
    let with = |text: &str| exported.replacen(&line, text, 1) + WEB;
    file.refused(&world, &with("highest = \"Hihg\""), "highest = \"Hihg\"", "does not offer “Hihg”");
    file.refused(&world, &with("hihgest = \"High\""), "hihgest = \"High\"", "Priority is never “hihgest”");
    let stale = line.replace("name = \"Highest\"", "name = \"Low\"");
    file.refused(&world, &with(&stale), &stale, "leave the id out");
    // Severity and priority follow Backline here too.
    let by_hand = format!("{exported}{WEB}\n[[project.field]]\nfield = \"Priority\"\nmanual = \"High\"\n");
    let (code, said) = {
        file.write(&by_hand);
        file.run(&world, "apply", &[])
    };
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("must be mapped to a field from Backline"), "{said}");
    let nowhere = format!("{exported}\n[[project]]\nproject = \"NOWHERE\"\nissue_type = \"Bug\"\n");
    file.write(&nowhere);
    let (code, said) = file.run(&world, "diff", &[]);
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("The project “NOWHERE” was not found"), "{said}");
    let double = exported.replace("\nid = ", "\n# id = ");
    file.write(&format!("{exported}{}", double.split_once("format = 1\n").expect("a head").1));
    let (code, said) = file.run(&world, "diff", &[]);
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("is connected already, for the same vulnerabilities"), "{said}");
    assert_eq!(world.api("/projects")["projects"].as_array().map(Vec::len), Some(1));
}
