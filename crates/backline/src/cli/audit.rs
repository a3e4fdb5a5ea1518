//! The audit from the command line: verified, and written out line by line.

use super::client::{Address, Client, encoded};
use super::out::{plain, print, print_json};
use super::{Exit, Failed};
use serde_json::Value;

/// Entries of one request.
const PAGE: usize = 200;

#[derive(Debug, clap::Args)]
#[command(after_help = super::exit::HELP)]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Read the whole chain again; exit code 1 when something was changed, inserted, deleted, reordered or cut off.
    Verify(VerifyArguments),
    /// Write all entries out, the oldest first.
    Export(ExportArguments),
}

#[derive(Debug, clap::Args)]
struct VerifyArguments {
    /// A checkpoint that the log told, ENTRIES:SEAL: it finds an older copy of the database, which fits in itself.
    #[arg(long, value_name = "ENTRIES:SEAL")]
    checkpoint: Option<String>,
    /// Print one line of JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    address: Address,
}

#[derive(Debug, clap::Args)]
struct ExportArguments {
    /// Only what comes behind this number.
    #[arg(long, value_name = "SEQ", default_value_t = 0)]
    after: u64,
    /// Print a line of JSON an entry.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    address: Address,
}

pub async fn run(arguments: Arguments) -> Result<(), Failed> {
    match arguments.verb {
        Verb::Verify(arguments) => verify(arguments).await,
        Verb::Export(arguments) => export(arguments).await,
    }
}

async fn verify(arguments: VerifyArguments) -> Result<(), Failed> {
    let client = Client::open(&arguments.address)?;
    let query = arguments.checkpoint.map(|known| format!("?checkpoint={}", encoded(&known)));
    let found = client.get(&format!("/audit/verify{}", query.unwrap_or_default())).await?;
    if arguments.json {
        print_json(&found)?;
    } else {
        print(&verdict(&found))?;
    }
    if found["is_intact"] == true { Ok(()) } else { Err(Failed::told(Exit::Fault)) }
}

fn verdict(found: &Value) -> String {
    let faults: Vec<&str> =
        found["faults"].as_array().into_iter().flatten().filter_map(|fault| fault["what"].as_str()).collect();
    if !faults.is_empty() {
        let lines = faults.iter().map(|fault| format!("WRONG  {}\n", plain(fault)));
        return lines.collect();
    }
    let end = match found["checkpoint"].as_str() {
        Some(end) => format!("checkpoint {end}"),
        None => "there is none yet".to_owned(),
    };
    format!("good   {} entries, {}\n", found["entries"], plain(&end))
}

async fn export(arguments: ExportArguments) -> Result<(), Failed> {
    let client = Client::open(&arguments.address)?;
    let mut after = arguments.after;
    loop {
        let page = client.get(&format!("/audit?after_seq={after}&limit={PAGE}")).await?;
        let entries = page["entries"].as_array().cloned().unwrap_or_default();
        for entry in &entries {
            if arguments.json {
                print_json(entry)?;
            } else {
                print(&line(entry))?;
            }
        }
        match entries.last().and_then(|entry| entry["seq"].as_u64()) {
            Some(last) if entries.len() == PAGE => after = last,
            _ => return Ok(()),
        }
    }
}

fn line(entry: &Value) -> String {
    let text = |name: &str| plain(entry[name].as_str().unwrap_or_default());
    let answer = match &entry["answer"] {
        Value::Null => String::new(),
        answer => match answer["status"].as_u64() {
            Some(status) => format!("  {status}"),
            None => "  no answer".to_owned(),
        },
    };
    let reason = Some(text("reason")).filter(|reason| !reason.is_empty());
    let reason = reason.map(|reason| format!("  ({reason})")).unwrap_or_default();
    let (at, actor, action, object) = (text("at"), text("actor"), text("action"), text("object"));
    let seq = entry["seq"].as_u64().unwrap_or_default();
    format!("{seq:>6}  {at}  {actor}  {action}  {object}{answer}{reason}\n")
}

#[cfg(test)]
mod tests {
    use super::{line, verdict};
    use serde_json::json;

    #[test]
    fn a_verdict_names_each_fault_or_where_the_chain_ends() {
        let good = json!({"is_intact": true, "entries": 5, "checkpoint": "5:v1.a.b", "faults": []});
        assert_eq!(verdict(&good), "good   5 entries, checkpoint 5:v1.a.b\n");
        let bad = json!({"is_intact": false, "faults": [{"seq": 3, "what": "Entry 3 is missing"}]});
        assert_eq!(verdict(&bad), "WRONG  Entry 3 is missing\n");
    }

    #[test]
    fn an_entry_is_one_line_that_cannot_steer_the_terminal() {
        let entry = json!({
            "seq": 7, "at": "2026-11-24T06:41:00Z", "actor": "Backline", "action": "jira.edit", "object": "SEC-1\u{1b}[2J",
            "reason": "priority changed", "answer": {"status": 204, "words": ""},
        });
        assert_eq!(
            line(&entry),
            "     7  2026-11-24T06:41:00Z  Backline  jira.edit  SEC-1\u{fffd}[2J  204  (priority changed)\n"
        );
    }
}
