//! What the demo prints.

use serde_json::Value;
use std::io::Write;
use std::path::Path;

/// One line, at once: scripts wait for it.
pub fn line(line: &Value) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}

/// Where to look and what to try, for a person.
pub fn words(line: &Value, data: &Path, has_chaos: bool) -> anyhow::Result<()> {
    let text = |pointer: &str| line.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let sim = text("/sim");
    let repository = text("/github/repository");
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "\nBackline runs with its own simulators; nothing leaves this machine.\n\n\
         \x20 Backline   {ui}\n\
         \x20            sign in as {email} with the password {password}\n\
         \x20 Jira       {site}/jira/projects\n\
         \x20 GitHub     {sim}/github/{repository}\n\
         \x20 Slack      {sim}/slack/\n\
         \x20 API        {api}   token {token}\n\n\
         Try this:\n\
         \x20 1. Integration Hub > Jira (App) > Connect, choose a site, Accept.\n\
         \x20 2. Add project: SEC, Bug. Choose a value for \"Found in environment\", save. Tickets appear.\n\
         \x20 3. On the simulated GitHub open a pull request with the title \"Fix CVE-2020-9548\".\n\
         \x20    The ticket moves, links to it, and its key stands in the pull request's description.\n\
         \x20 4. Merge it: the ticket awaits verification. Upload the next scan, samples/trivy/pom-fixed.json,\n\
         \x20    for {repository} at {ui}/reports/new: it closes.\n\
         \x20 5. Upload samples/trivy/pom-found-again.json: the same ticket is open again.\n\n\
         Ctrl-C stops it. Started again it goes on where it was; remove {data} to begin anew.\n",
        ui = text("/ui"),
        email = text("/login/email"),
        password = text("/login/password"),
        site = text("/jira/site"),
        api = text("/api"),
        token = text("/api_token"),
        data = data.display(),
    )?;
    if has_chaos {
        writeln!(
            out,
            "Chaos is on: about one request in five to the simulated Jira fails, is answered late or is carried out\n\
             although it seems to have failed; so do Slack and edits of pull requests. Still each ticket is made exactly once.\n\
             What goes wrong: {sim}/_sim/plan   What was sent: {sim}/_sim/history"
        )?;
    }
    Ok(())
}
