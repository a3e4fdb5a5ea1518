//! Connected projects as one file: write it, compare it with what is live, apply it as a whole.

use super::client::{Address, Client, taken};
use super::out::{plain, print, print_json};
use super::{Exit, Failed};
use backline_clients::transport::Method;
use serde_json::{Value, json};
use std::fmt::Write;
use std::io::Read;
use std::path::{Path, PathBuf};

/// As for what the API takes in one request.
const FILE_BYTES_MAX: u64 = 2 * 1024 * 1024;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Write every connected project with its rule, mapping and lifecycle as one file.
    Export(Export),
    /// Say what applying a file would change; nothing is done. Exit code 1 when it differs from what is live.
    Diff(Diff),
    /// Make a file live, all of it or nothing.
    Apply(Apply),
}

#[derive(Debug, clap::Args)]
#[command(after_help = super::exit::HELP)]
struct Export {
    /// Where to write it; without it, to standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print one line of JSON: the file as text, and the etag of what is live.
    #[arg(long, conflicts_with = "output")]
    json: bool,
    #[command(flatten)]
    address: Address,
}

#[derive(Debug, clap::Args)]
#[command(after_help = super::exit::HELP)]
struct Diff {
    /// The file; `-` for standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Count the projects that the file does not name as deleted.
    #[arg(long)]
    prune: bool,
    /// Count tickets that would be blocked as accepted.
    #[arg(long)]
    accept_blocked: bool,
    /// Print one line of JSON: every project with its fate and changes, every problem with its line, the etag.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    address: Address,
}

#[derive(Debug, clap::Args)]
#[command(after_help = super::exit::HELP)]
struct Apply {
    /// The file; `-` for standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Delete the projects that the file does not name; their tickets stay in Jira.
    #[arg(long)]
    prune: bool,
    /// Apply it even if some of the newest vulnerabilities would get no ticket.
    #[arg(long)]
    accept_blocked: bool,
    /// Leave existing tickets on the version that they have.
    #[arg(long)]
    only_new_tickets: bool,
    /// Apply it only if what is live still has this etag, as `diff --json` printed it.
    #[arg(long, value_name = "ETAG")]
    if_match: Option<String>,
    /// Print one line of JSON: every project with its fate and changes.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    address: Address,
}

pub async fn run(arguments: Arguments) -> Result<(), Failed> {
    match arguments.verb {
        Verb::Export(arguments) => export(arguments).await,
        Verb::Diff(arguments) => diff(arguments).await,
        Verb::Apply(arguments) => apply(arguments).await,
    }
}

async fn export(arguments: Export) -> Result<(), Failed> {
    let client = Client::open(&arguments.address)?;
    let response = client.file(Method::Get, "/config", None, &[]).await?;
    if !response.is_success() {
        return taken(response).map(drop);
    }
    let etag = response.header("etag").unwrap_or_default().to_owned();
    let text = String::from_utf8_lossy(&response.body).into_owned();
    match arguments.output {
        _ if arguments.json => print_json(&json!({ "config": text, "etag": etag })),
        Some(path) => std::fs::write(&path, text).map_err(|error| {
            let what = format!("{} cannot be written: {error}", path.display());
            Failed::new(Exit::Fault, what, "Name a place that can be written with --output.")
        }),
        None => print(&text),
    }
}

async fn diff(arguments: Diff) -> Result<(), Failed> {
    let text = file(&arguments.file)?;
    let client = Client::open(&arguments.address)?;
    let path = format!("/config/diff{}", query(arguments.prune, arguments.accept_blocked, false));
    let found = taken(client.file(Method::Post, &path, Some(text), &[]).await?)?;
    if arguments.json {
        print_json(&found)?;
    } else {
        print(&words(&found))?;
    }
    match found["problems"].as_array().is_some_and(|problems| !problems.is_empty()) {
        true => Err(Failed::told(Exit::Refused)),
        false if found["differs"] == true => Err(Failed::told(Exit::Fault)),
        false => Ok(()),
    }
}

async fn apply(arguments: Apply) -> Result<(), Failed> {
    let text = file(&arguments.file)?;
    let client = Client::open(&arguments.address)?;
    let path =
        format!("/config{}", query(arguments.prune, arguments.accept_blocked, arguments.only_new_tickets));
    let tag: Vec<(&str, &str)> = arguments.if_match.iter().map(|tag| ("if-match", tag.as_str())).collect();
    let applied = taken(client.file(Method::Put, &path, Some(text), &tag).await?)?;
    if arguments.json {
        return print_json(&applied);
    }
    print(&words(&applied))
}

fn query(prune: bool, accept_blocked: bool, only_new: bool) -> String {
    let tickets = if only_new { "new" } else { "all" };
    format!("?prune={prune}&accept_blocked={accept_blocked}&tickets={tickets}")
}

fn file(path: &Path) -> Result<String, Failed> {
    let refused = |why: String| {
        Failed::new(
            Exit::Refused,
            format!("{} cannot be read: {why}", path.display()),
            "Name a file that `backline config export` wrote, or one like it.",
        )
    };
    let read = |source: &mut dyn Read| {
        let mut text = String::new();
        source.take(FILE_BYTES_MAX + 1).read_to_string(&mut text).map(|_| text)
    };
    let text = match path.to_str() {
        Some("-") => read(&mut std::io::stdin().lock()),
        _ => std::fs::File::open(path).and_then(|mut file| read(&mut file)),
    };
    let text = text.map_err(|error| refused(error.to_string()))?;
    match text.len() as u64 > FILE_BYTES_MAX {
        true => Err(refused(format!("it is larger than {} MiB", FILE_BYTES_MAX / 1024 / 1024))),
        false => Ok(text),
    }
}

/// A line a project that is not as it was, with its changes below it; then what is wrong, by line.
fn words(found: &Value) -> String {
    let text = |value: &Value| plain(value.as_str().unwrap_or_default());
    let mut words = String::new();
    let mut line = |text: String| writeln!(words, "{text}").expect("a string takes it");
    let all = |name: &str| found[name].as_array().cloned().unwrap_or_default();
    let mut same = 0;
    for project in all("projects") {
        let mark = match project["fate"].as_str() {
            Some("added") => "+",
            Some("changed") => "~",
            Some("deleted") => "-",
            _ => {
                same += 1;
                continue;
            }
        };
        line(format!("{mark} {}", text(&project["name"])));
        for change in project["changes"].as_array().into_iter().flatten() {
            line(format!("    {}: {}", text(&change["about"]), text(&change["what"])));
        }
    }
    if same > 0 {
        line(format!("{same} {} unchanged", if same == 1 { "project is" } else { "projects are" }));
    }
    for problem in all("problems") {
        line(format!("line {}: {}: {}", problem["line"], text(&problem["what"]), text(&problem["why"])));
        line(format!("    what to do: {}", text(&problem["remedy"])));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::words;
    use expect_test::expect;
    use serde_json::json;

    #[test]
    fn a_difference_reads_as_what_would_happen() {
        let change = json!({"about": "Priority", "what": "critical → Highest, was High"});
        let found = json!({
            "projects": [
                {"name": "SEC / Bug", "fate": "changed", "changes": [change]},
                {"name": "WEB / Task", "fate": "unchanged", "changes": []},
                {"name": "NEW / Bug", "fate": "added", "changes": []},
                {"name": "OPS / Bug", "fate": "deleted", "changes": []},
            ],
            "problems": [{"line": 12, "what": "Team was not found", "why": "no such name", "remedy": "Name one"}],
        });
        expect![[r#"
            ~ SEC / Bug
                Priority: critical → Highest, was High
            + NEW / Bug
            - OPS / Bug
            1 project is unchanged
            line 12: Team was not found: no such name
                what to do: Name one
        "#]]
        .assert_eq(&words(&found));
    }
}
