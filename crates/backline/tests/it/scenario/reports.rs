//! Reports that a scenario imports, made as small as the story needs.

use serde_json::{Value, json};

/// A Trivy report of one lock file: id, severity and installed version of each row.
pub fn trivy(rows: &[(&str, &str, &str)]) -> Value {
    let vulnerabilities: Vec<Value> = rows
        .iter()
        .map(|(id, severity, version)| {
            json!({
                "VulnerabilityID": id,
                "PkgName": "org.apache.logging.log4j:log4j-core",
                "PkgIdentifier": {"PURL": format!("pkg:maven/org.apache.logging.log4j/log4j-core@{version}")},
                "InstalledVersion": version,
                "FixedVersion": "2.17.1",
                "Severity": severity,
                "Title": format!("Weakness {id}"),
                "Description": "What it is about.",
                "PrimaryURL": format!("https://avd.aquasec.com/nvd/{}", id.to_lowercase()),
            })
        })
        .collect();
    json!({
        "SchemaVersion": 2,
        "ArtifactName": "payments-api",
        "ArtifactType": "filesystem",
        "Results": [{"Target": "pom.xml", "Class": "lang-pkgs", "Type": "pom", "Vulnerabilities": vulnerabilities}],
    })
}
