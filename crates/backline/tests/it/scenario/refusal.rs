//! Bad input: refused whole, with what is wrong, where, and what to do; nothing is stored.

use super::reports::trivy;
use super::world::World;
use serde_json::json;

/// What a person may hand in by mistake; each with what the answer has to name.
fn bad_input() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let whole = trivy(&[("CVE-2026-3001", "HIGH", "1.0.0")]);
    let mut wrong_type = whole.clone();
    wrong_type["Results"][0]["Vulnerabilities"][0]["VulnerabilityID"] = json!(7);
    let mut nameless = whole.clone();
    nameless["Results"][0]["Vulnerabilities"][0]["VulnerabilityID"] = json!("");
    let whole = whole.to_string().into_bytes();
    vec![
        ("empty", Vec::new(), "empty"),
        ("zeros", vec![0; 100 << 20], ""),
        ("truncated", whole[..whole.len() - 40].to_vec(), "line"),
        ("no known format", br#"{"hello": "world"}"#.to_vec(), "format"),
        ("wrong type inside", wrong_type.to_string().into_bytes(), "VulnerabilityID"),
        ("no name", nameless.to_string().into_bytes(), "VulnerabilityID"),
        ("no JSON", b"PK\x03\x04 a zip".to_vec(), ""),
    ]
}

#[test]
fn bad_input_is_refused_whole_and_says_what_to_do() {
    let world = World::start();
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, bytes, names) in bad_input() {
        let file = folder.path().join("report.json");
        std::fs::write(&file, &bytes).expect("it is written");
        let file = file.to_str().expect("a plain path");
        for verb in [&["import", "--repository", "acme/payments-api", file][..], &["inspect", file]] {
            let (code, said) = world.command(verb);
            assert_eq!(code, 3, "{name}: {verb:?}: {said}");
            assert!(
                said.contains("report.json") && said.contains(names) && said.contains("what to do"),
                "{name}: {said}"
            );
        }
        let answer = world.upload(bytes);
        let (status, text) = (answer.status(), answer.text().expect("a whole answer"));
        assert_eq!(status, 422, "{name}: {text}");
        let problem: serde_json::Value = serde_json::from_str(&text).expect("a problem document");
        for key in ["code", "detail", "remedy", "request_id"] {
            assert!(problem[key].as_str().is_some_and(|said| !said.is_empty()), "{name}: {key} in {text}");
        }
    }
    let (code, said) =
        world.command(&["import", "--repository", "acme/payments-api", "/nowhere/report.json"]);
    assert_eq!(code, 3, "no file: {said}");
    assert_eq!(world.api("/vulnerabilities")["vulnerabilities"], json!([]));
    assert_eq!(world.api("/tickets")["tickets"], json!([]));
}
