//! The walls of the house, and the habits that a compiler does not check.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What each crate must never import, in any section of its manifest but `dev-dependencies`.
fn walls() -> BTreeMap<&'static str, Vec<&'static str>> {
    let ours = [
        "backline-core",
        "backline-store",
        "backline-clients",
        "backline-engine",
        "backline-sim",
        "backline-proof",
        "backline",
    ];
    let database = ["sea-orm", "sea-orm-migration", "sqlx"];
    let all_but =
        |kept: &[&'static str]| ours.iter().copied().filter(|c| !kept.contains(c)).collect::<Vec<_>>();
    let with = |mut walls: Vec<&'static str>, more: &[&'static str]| {
        walls.extend(more);
        walls
    };
    let mut impure = vec!["tokio", "reqwest", "axum", "async-trait", "getrandom", "rand", "hyper", "tower"];
    impure.extend(database);
    BTreeMap::from([
        ("backline-core", with(all_but(&[]), &impure)),
        ("backline-store", with(all_but(&["backline-core"]), &["axum", "reqwest", "askama"])),
        ("backline-clients", with(with(all_but(&["backline-core"]), &["axum", "askama"]), &database)),
        (
            "backline-engine",
            with(
                with(
                    all_but(&["backline-core", "backline-store", "backline-clients"]),
                    &["axum", "askama", "reqwest"],
                ),
                &database,
            ),
        ),
        ("backline-sim", with(all_but(&[]), &database)),
        ("backline", with(vec!["backline-proof"], &database)),
        // It proves the others and may import all of them.
        ("backline-proof", database.to_vec()),
    ])
}

fn manifest(name: &str) -> toml::Table {
    let path = root().join("crates").join(name).join("Cargo.toml");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.parse().expect("a manifest is TOML")
}

#[test]
fn no_crate_breaches_its_wall() {
    for (name, forbidden) in walls() {
        let manifest = manifest(name);
        let dependencies = manifest["dependencies"].as_table().expect("dependencies are a table");
        for import in forbidden {
            assert!(!dependencies.contains_key(import), "{name} must not import {import}");
        }
    }
}

#[test]
fn every_crate_has_a_wall_and_the_workspace_lints() {
    for entry in std::fs::read_dir(root().join("crates")).expect("the folder of crates exists") {
        let name = entry.expect("it can be listed").file_name().into_string().expect("a plain name");
        assert!(walls().contains_key(name.as_str()), "{name} has no wall");
        assert_eq!(manifest(&name)["lints"]["workspace"].as_bool(), Some(true), "{name} ignores the lints");
    }
}

/// Planted bugs are reached from the crate that plays them and from nowhere else: no build of the binary has them.
#[test]
fn no_release_has_planted_bugs() {
    for name in walls().keys().filter(|name| **name != "backline-proof") {
        let manifest = manifest(name);
        let features = manifest.get("features").and_then(toml::Value::as_table);
        let defaults = features.and_then(|features| features.get("default")).map(ToString::to_string);
        assert!(!defaults.unwrap_or_default().contains("sabotage"), "{name} has planted bugs by default");
        let sections = ["dependencies", "dev-dependencies", "build-dependencies"];
        for section in sections.iter().filter_map(|section| manifest.get(*section)) {
            let text = section.to_string();
            assert!(
                !text.contains("sabotage") && !text.contains("backline-proof"),
                "{name} can reach planted bugs"
            );
        }
    }
    let root: toml::Table =
        std::fs::read_to_string(root().join("Cargo.toml")).expect("it is read").parse().expect("TOML");
    assert_eq!(root["workspace"]["default-members"].to_string(), "[\"crates/backline\"]");
    let of_proof = manifest("backline-proof");
    assert_eq!(of_proof["package"]["publish"].as_bool(), Some(false));
    assert!(of_proof["features"].get("default").is_none(), "planted bugs are asked for by name");
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the repository") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target" && name != "node_modules") {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_file_is_a_house_of_its_own() {
    let mut files = Vec::new();
    rust_files(&root().join("crates"), &mut files);
    for path in files {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        assert_ne!(name, "mod.rs", "{}: a module is foo.rs beside foo/", path.display());
        for vague in ["util", "helper", "common", "misc", "manager"] {
            assert!(!name.contains(vague), "{}: the thing has no name yet", path.display());
        }
        let text = std::fs::read_to_string(&path).expect("source is text");
        let lines = text.lines().count();
        let is_test = path.components().any(|part| part.as_os_str() == "tests") || name == "tests.rs";
        assert!(lines <= 600 || is_test, "{}: {lines} lines; look for the seam", path.display());
        assert!(is_test || text.starts_with("//!"), "{}: says not what it owns", path.display());
    }
}

#[test]
fn the_map_fits_in_a_head() {
    let map = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("there is a map");
    assert!(map.lines().count() < 150, "ARCHITECTURE.md has grown past 150 lines");
    for name in walls().keys() {
        assert!(map.contains(name), "ARCHITECTURE.md does not name {name}");
    }
}
