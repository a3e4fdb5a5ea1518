//! Reads reports on this machine and says what is in them. Stores and sends nothing.
//!
//! The line of JSON is a contract: `rows` = `findings` + `merged` + the counts of `skipped`.

use super::import::{read, tell};
use super::out::{plain, print, print_json};
use super::{Exit, Failed};
use crate::web::part::blocked::sentence;
use backline_core::finding::{self, Limits, Report, Skip, Summary};
use serde::Serialize;
use std::fmt::Write;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
#[command(after_help = super::exit::HELP)]
pub struct Arguments {
    /// Reports: Trivy JSON, SARIF 2.1.0 or CycloneDX, told from their content; raw or gzip.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print one line of JSON for each file.
    #[arg(long)]
    json: bool,
}

/// One file's line.
#[derive(Debug, Serialize)]
struct Line<'r> {
    file: String,
    format: &'static str,
    scanner: &'r str,
    /// Entries of the format before any judgement.
    rows: usize,
    findings: usize,
    /// Doubles of one finding inside the report.
    merged: usize,
    by_severity: Summary,
    skipped: &'r [Skip],
    problems: &'r [String],
}

/// The line of a file that was refused.
#[derive(Debug, Serialize)]
struct RefusedLine<'r> {
    file: String,
    error: RefusedItem<'r>,
}

#[derive(Debug, Serialize)]
struct RefusedItem<'r> {
    detail: &'r str,
    remedy: &'r str,
}

pub fn run(arguments: &Arguments) -> Result<(), Failed> {
    let mut worst: Option<Exit> = None;
    for file in &arguments.files {
        match inspect(file) {
            Ok(report) if arguments.json => print_json(&Line::of(file, &report))?,
            Ok(report) => print(&words(file, &report))?,
            Err(failed) => {
                tell(file, &failed);
                if arguments.json {
                    let error = RefusedItem { detail: &failed.message, remedy: &failed.remedy };
                    print_json(&RefusedLine { file: file.display().to_string(), error })?;
                }
                worst = Some(worst.map_or(failed.exit, |worst| worst.worse(failed.exit)));
            }
        }
    }
    worst.map_or(Ok(()), |exit| Err(Failed::told(exit)))
}

fn inspect(file: &Path) -> Result<Report, Failed> {
    let bytes = read(file)?;
    finding::unpacked(bytes).and_then(|bytes| finding::read(&bytes, &Limits::default())).map_err(|refused| {
        let detail = format!("At {}: {}", refused.place, sentence(&refused.rule));
        Failed::new(Exit::Refused, detail, sentence(&refused.remedy))
    })
}

impl<'r> Line<'r> {
    fn of(file: &Path, report: &'r Report) -> Self {
        Self {
            file: file.display().to_string(),
            format: report.format.word(),
            scanner: &report.scanner,
            rows: report.rows,
            findings: report.findings.len(),
            merged: report.merged,
            by_severity: report.by_severity(),
            skipped: &report.skipped,
            problems: &report.problems,
        }
    }
}

fn words(file: &Path, report: &Report) -> String {
    let mut words = String::new();
    let mut line = |text: String| writeln!(words, "{text}").expect("writing to a string cannot fail");
    let version = report.scanner_version.as_deref().map(|version| format!(" {version}")).unwrap_or_default();
    line(format!(
        "{}: {} report of {}",
        plain(&file.display().to_string()),
        report.format.word(),
        plain(&format!("{}{version}", report.scanner))
    ));
    let target = report.target.as_deref().unwrap_or("no target named");
    line(format!("  scope: {} ({})", plain(target), plain(&report.scan_kind)));
    let by = report.by_severity();
    line(format!(
        "  {} findings: {} critical, {} high, {} medium, {} low, {} info, {} unknown",
        report.findings.len(),
        by.critical,
        by.high,
        by.medium,
        by.low,
        by.info,
        by.unknown
    ));
    if report.merged > 0 {
        line(format!("  {} rows named a finding again and were merged into it", report.merged));
    }
    for skip in &report.skipped {
        let examples = plain(&skip.examples.join(", "));
        let examples = if examples.is_empty() { examples } else { format!(" ({examples})") };
        line(format!("  skipped {}: {}{examples}", skip.count, plain(&skip.reason)));
    }
    for problem in &report.problems {
        line(format!("  note: {}", plain(problem)));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{Line, inspect, words};
    use std::path::{Path, PathBuf};

    fn sample(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples").join(name)
    }

    #[test]
    fn a_line_accounts_for_every_row() {
        for name in
            ["trivy/npm-with-suppressed.json", "sarif/suppressions.sarif.json", "cyclonedx/log4j.json"]
        {
            let report = inspect(&sample(name)).unwrap();
            let line = serde_json::to_value(Line::of(Path::new(name), &report)).unwrap();
            let keys: Vec<&str> = line.as_object().unwrap().keys().map(String::as_str).collect();
            let wanted = "file format scanner rows findings merged by_severity skipped problems";
            assert_eq!(keys.join(" "), wanted);
            let number = |value: &serde_json::Value| value.as_u64().unwrap();
            let skipped: u64 =
                line["skipped"].as_array().unwrap().iter().map(|skip| number(&skip["count"])).sum();
            assert_eq!(number(&line["rows"]), number(&line["findings"]) + number(&line["merged"]) + skipped);
            let by: u64 = line["by_severity"].as_object().unwrap().values().map(number).sum();
            assert_eq!(by, number(&line["findings"]));
            assert!(words(Path::new(name), &report).contains("scope: "));
        }
    }

    #[test]
    fn a_file_that_is_no_report_is_refused_with_a_remedy() {
        for name in ["README.md", "nowhere.json", "trivy"] {
            let failed = inspect(&sample(name)).unwrap_err();
            assert_eq!(failed.exit.code(), 3, "{name}");
            assert!(!failed.message.is_empty() && !failed.remedy.is_empty());
        }
    }
}
