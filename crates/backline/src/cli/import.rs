//! Hands reports in. Each file is tried; what was refused is told with its place, its rule and the remedy.

use super::client::{Address, Client, encoded, taken};
use super::out::{plain, print, print_json};
use super::{Exit, Failed};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
#[command(after_help = super::exit::HELP)]
pub struct Arguments {
    /// Reports: Trivy JSON, SARIF 2.1.0 or CycloneDX, told from their content; raw or gzip.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The repository that was scanned, owner/name.
    #[arg(long, value_name = "OWNER/NAME")]
    repository: String,
    /// The branch that was scanned; the default branch if left out.
    #[arg(long = "ref", value_name = "BRANCH")]
    git_ref: Option<String>,
    /// Whether the report shows everything. Says `false` of a filtered one: then nothing counts as gone.
    #[arg(long, value_name = "BOOL")]
    complete: Option<bool>,
    /// What the report is a complete snapshot of, in place of what it says of itself.
    #[arg(long, value_name = "TEXT")]
    scope: Option<String>,
    /// Print one line of JSON for each file.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    address: Address,
}

pub async fn run(arguments: Arguments) -> Result<(), Failed> {
    let client = Client::open(&arguments.address)?;
    let path = arguments.path();
    let mut worst: Option<Exit> = None;
    for file in &arguments.files {
        let (answer, exit) = match import(&client, &path, file).await {
            Ok(answer) => (answer, None),
            Err(failed) => {
                if !arguments.json {
                    tell(file, &failed);
                }
                let told = json!({"detail": failed.message, "remedy": failed.remedy});
                (json!({"file": file.display().to_string(), "error": told}), Some(failed.exit))
            }
        };
        match (arguments.json, exit) {
            (true, _) => print_json(&answer)?,
            (false, None) => print(&words(file, &answer))?,
            (false, Some(_)) => {}
        }
        worst = match (worst, exit) {
            (Some(worst), Some(exit)) => Some(worst.worse(exit)),
            (worst, exit) => worst.or(exit),
        };
    }
    worst.map_or(Ok(()), |exit| Err(Failed::told(exit)))
}

async fn import(client: &Client, path: &str, file: &Path) -> Result<Value, Failed> {
    let bytes = read(file)?;
    let mut answer = taken(client.upload(path, bytes).await?)?;
    if let Value::Object(answer) = &mut answer {
        answer.insert("file".to_owned(), file.display().to_string().into());
    }
    Ok(answer)
}

/// A file as bytes; one that cannot be read is refused input.
pub fn read(file: &Path) -> Result<Vec<u8>, Failed> {
    std::fs::read(file).map_err(|error| {
        let remedy = "Check the path; name the report that the scanner wrote.";
        Failed::new(Exit::Refused, format!("the file cannot be read: {error}"), remedy)
    })
}

/// Three lines on standard error: which file, what is wrong with it, what to do.
pub fn tell(file: &Path, failed: &Failed) {
    eprintln!("{}: not taken", plain(&file.display().to_string()));
    eprintln!("  why: {}", plain(&failed.message));
    if !failed.remedy.is_empty() {
        eprintln!("  what to do: {}", plain(&failed.remedy));
    }
}

impl Arguments {
    fn path(&self) -> String {
        let mut path = format!("/reports?repository={}", encoded(&self.repository));
        if let Some(git_ref) = &self.git_ref {
            path.push_str(&format!("&ref={}", encoded(git_ref)));
        }
        if let Some(complete) = self.complete {
            path.push_str(&format!("&complete={complete}"));
        }
        if let Some(scope) = &self.scope {
            path.push_str(&format!("&scope={}", encoded(scope)));
        }
        path
    }
}

fn words(file: &Path, answer: &Value) -> String {
    let text = |name: &str| plain(answer[name].as_str().unwrap_or_default());
    let changes = &answer["vulnerabilities"];
    let mut words = String::new();
    let mut line = |text: String| writeln!(words, "{text}").expect("writing to a string cannot fail");
    line(format!(
        "{}: {} report of {}, {} findings",
        plain(&file.display().to_string()),
        text("format"),
        text("scanner"),
        answer["findings"]
    ));
    line(format!(
        "  {} new, {} unchanged, {} changed, {} reopened, {} resolved",
        changes["new"], changes["unchanged"], changes["changed"], changes["reopened"], changes["resolved"]
    ));
    for skip in answer["skipped"].as_array().into_iter().flatten() {
        line(format!("  skipped {}: {}", skip["count"], plain(skip["reason"].as_str().unwrap_or_default())));
    }
    for remark in answer["remarks"].as_array().into_iter().flatten() {
        line(format!("  note: {}", plain(remark.as_str().unwrap_or_default())));
    }
    if let Some(held) = answer.get("held").filter(|held| !held.is_null()) {
        line(format!("  held back: {}", plain(held["why"].as_str().unwrap_or_default())));
        line("  what to do: if the report is complete, import it again with --complete true".to_owned());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::words;
    use expect_test::expect;
    use serde_json::json;
    use std::path::Path;

    #[test]
    fn what_a_report_changed_is_told_in_words() {
        let answer = json!({
            "format": "trivy", "scanner": "trivy", "findings": 3,
            "vulnerabilities": {"new": 2, "unchanged": 0, "changed": 1, "reopened": 0, "resolved": 40},
            "skipped": [{"reason": "suppressed", "count": 1, "examples": []}],
            "remarks": ["2 vulnerabilities are not shown, but the report was said to be filtered."],
            "held": {"absent": 40, "why": "40 of 42 are gone at once."}
        });
        expect![[r#"
            a.json: trivy report of trivy, 3 findings
              2 new, 0 unchanged, 1 changed, 0 reopened, 40 resolved
              skipped 1: suppressed
              note: 2 vulnerabilities are not shown, but the report was said to be filtered.
              held back: 40 of 42 are gone at once.
              what to do: if the report is complete, import it again with --complete true
        "#]]
        .assert_eq(&words(Path::new("a.json"), &answer));
    }
}
