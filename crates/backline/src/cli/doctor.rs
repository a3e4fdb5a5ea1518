//! Checks a running Backline as a whole: the connection, every mapping against what Jira says now, and what
//! waits for a person. Exit code 1 when something is wrong.

use super::client::{Address, Client};
use super::out::{plain, print, print_json};
use super::{Exit, Failed};
use backline_clients::transport::Method;
use serde::Serialize;
use serde_json::Value;
use std::fmt::Write;

#[derive(Debug, clap::Args)]
#[command(after_help = super::exit::HELP)]
pub struct Arguments {
    /// Print one line of JSON: a list of checks.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    address: Address,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Check {
    what: String,
    is_good: bool,
    /// Why it is not good.
    why: String,
    remedy: String,
}

pub async fn run(arguments: Arguments) -> Result<(), Failed> {
    let client = Client::open(&arguments.address)?;
    let checks = check(&client).await?;
    let is_good = checks.iter().all(|check| check.is_good);
    if arguments.json {
        print_json(&serde_json::json!({ "checks": checks }))?;
    } else {
        print(&words(&checks))?;
    }
    if is_good { Ok(()) } else { Err(Failed::told(Exit::Fault)) }
}

async fn check(client: &Client) -> Result<Vec<Check>, Failed> {
    let mut checks = vec![connection(&client.get("/connections").await?)];
    let projects = client.get("/projects").await?;
    let projects = projects["projects"].as_array().cloned().unwrap_or_default();
    if projects.is_empty() {
        checks.push(Check::bad(
            "projects",
            "No Jira project is connected, so no ticket is made.",
            "Add one in the Integration Hub, Jira (App), Add project.",
        ));
    }
    for project in &projects {
        checks.push(mapping(client, project).await);
    }
    for held in client.get("/reports").await?["reports"].as_array().into_iter().flatten() {
        let what = format!("report of {} for {}", text(&held["scanner"]), text(&held["repository"]));
        let remedy = "If it is complete, believe it on the page Upload report.";
        checks.push(Check::bad(what, text(&held["held"]["why"]), remedy));
    }
    for failure in client.get("/activity?limit=1").await?["failures"].as_array().into_iter().flatten() {
        checks.push(Check::bad(text(&failure["what"]), text(&failure["why"]), text(&failure["remedy"])));
    }
    Ok(checks)
}

fn connection(answer: &Value) -> Check {
    let all = || answer["connections"].as_array().into_iter().flatten();
    let current = all().find(|connection| connection["status"] == "connected").or_else(|| all().next());
    let Some(connection) = current else {
        return Check::bad("Jira", "No site is connected.", "Connect one in the Integration Hub.");
    };
    let what = format!("Jira at {}", text(&connection["site"]["url"]));
    match connection["status"].as_str() {
        Some("connected") => Check::good(what),
        Some("needs_reconnect") => Check::bad(what, text(&connection["reason"]), "Connect again."),
        status => Check::bad(
            what,
            format!("It is {}.", status.unwrap_or("unknown")),
            "Connect it in the Integration Hub.",
        ),
    }
}

async fn mapping(client: &Client, project: &Value) -> Check {
    let name =
        format!("mapping of {} / {}", text(&project["project"]["key"]), text(&project["issue_type"]["name"]));
    match client.send(Method::Post, "/projects/doctor", Some(project)).await {
        Err(failed) => Check::bad(name, failed.message, failed.remedy),
        Ok(found) => diagnosis(name, &found),
    }
}

fn diagnosis(name: String, found: &Value) -> Check {
    let problems = found["problems"].as_array().into_iter().flatten().map(|problem| (problem, String::new()));
    let affected = found["affected"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|problem| (problem, format!(" ({} vulnerabilities)", problem["vulnerabilities"])));
    let all: Vec<(&Value, String)> = problems.chain(affected).collect();
    let Some((first, _)) = all.first() else { return Check::good(name) };
    let remedy = text(&first["remedy"]);
    let told = all
        .iter()
        .map(|(problem, count)| format!("{}: {}{count}", text(&problem["what"]), text(&problem["why"])));
    Check::bad(name, told.collect::<Vec<_>>().join("; "), remedy)
}

impl Check {
    fn good(what: impl Into<String>) -> Self {
        Self { what: what.into(), is_good: true, why: String::new(), remedy: String::new() }
    }

    fn bad(what: impl Into<String>, why: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), is_good: false, why: why.into(), remedy: remedy.into() }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn words(checks: &[Check]) -> String {
    let mut words = String::new();
    for check in checks {
        let mark = if check.is_good { "good" } else { "WRONG" };
        writeln!(words, "{mark:5}  {}", plain(&check.what)).expect("writing to a string cannot fail");
        for (label, text) in [("why", &check.why), ("what to do", &check.remedy)] {
            if !text.is_empty() {
                writeln!(words, "       {label}: {}", plain(text)).expect("writing to a string cannot fail");
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{connection, diagnosis};
    use serde_json::json;

    #[test]
    fn a_lost_consent_is_wrong_and_a_good_one_is_good() {
        let of = |status: &str| json!({"connections": [{"status": status, "site": {"url": "https://a"}, "reason": "revoked"}]});
        assert!(connection(&of("connected")).is_good);
        assert_eq!(connection(&of("needs_reconnect")).why, "revoked");
        assert!(!connection(&json!({"connections": []})).is_good);
    }

    #[test]
    fn every_problem_of_a_mapping_is_named() {
        let problem = |name: &str| json!({"what": format!("{name} is required"), "why": "w", "remedy": "map it", "vulnerabilities": 3});
        let check =
            diagnosis("m".into(), &json!({"problems": [problem("Team")], "affected": [problem("Due")]}));
        assert!(
            !check.is_good && check.why.contains("Team") && check.why.contains("Due is required: w (3"),
            "{}",
            check.why
        );
        assert!(diagnosis("m".into(), &json!({"problems": [], "affected": []})).is_good);
    }
}
