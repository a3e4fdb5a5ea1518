//! `docs/reference/simulator.md`: what can be planned and done to the simulated world, and how much of each real
//! service is in it. Made of the tables that the simulators themselves use.

mod acts;

pub use acts::{ACTS, ActRow};

use crate::coverage::{Endpoint, Support};
use crate::fault::kind::{KINDS, Kind, MATCH, Param, TRIGGERS};
use std::collections::BTreeMap;
use std::fmt::Write;

const START: &str = "# The simulators

`backline sim` serves Atlassian's accounts, Jira Cloud sites, GitHub and Slack on one port; `backline demo` starts the
same beside Backline. This page is made of their own tables by `./test gen`.

## Planning faults

`POST /_sim/plan` takes a list of entries (or one), answers `{\"ids\": [...]}` and adds them to what is in force;
`GET` shows each with how often it was met and fired, `DELETE` heals everything. A plan that is not understood is refused
whole with 400 and `problems`, each with its place and what is allowed there. In code the same entries are a
`backline_sim::FaultPlan`. The plan and its counts are kept over a restart.

```json
[{\"match\": {\"service\": \"jira\", \"method\": \"POST\", \"path\": \"*/issue\"}, \"nth\": 1, \"fault\": {\"kind\": \"reset_after_commit\"}}]
```

On one request delays add up, acts are all done, and of the other kinds the first in the plan counts.

";

const CLOCK: &str = "## The clock and the seed

`GET /_sim/clock` answers `{\"now\", \"now_ms\", \"offset_ms\", \"mode\"}`. `POST` takes `{\"advance_ms\": 60000}` (backwards when
negative), `{\"mode\": \"virtual\", \"at\": \"2026-11-03T10:00:00Z\"}` for a clock that stands still until it is advanced, and
`{\"mode\": \"real\"}`. One clock serves every service; delays and late commits wait on it. Ids, tokens and the draws of
`rate` come from the seed: two worlds with one seed, one virtual clock and the same calls give the same answers.

## History

`GET /_sim/history?after=SEQ&limit=N` answers a list of requests in the order of their answers:
`{\"seq\", \"at\", \"service\", \"actor\", \"method\", \"path\", \"status\", \"write\"}`. `write` is false for reads by POST. `status` is 0
where the connection was closed without an answer. Where a fault acted, `fault` names its kind and `committed` says
whether the request was carried out. `commits` lists what it changed:
`{\"object\", \"id\", \"key\"?, \"change\": \"created|changed|deleted\", \"actor\", \"fields\": [{\"field\", \"from\", \"to\"}]}`, with values as
they are stored (ids, documents) and texts over 1,000 characters by their length and SHA-256. People's page views are
left out; their forms and the acts below are there with their actor. The newest 200,000 entries are kept, over restarts too.

";

/// The whole page, with the rows that a world's routers have added to its table.
pub fn page(endpoints: &[Endpoint]) -> String {
    let mut page = START.to_owned();
    triggers(&mut page);
    kinds(&mut page);
    acts::write(&mut page);
    page.push_str(CLOCK);
    coverage(&mut page, endpoints);
    page
}

fn line(page: &mut String, text: std::fmt::Arguments) {
    writeln!(page, "{text}").expect("writing to a string cannot fail");
}

fn row(param: &Param) -> String {
    let default = match param.default {
        None => "must be given".to_owned(),
        Some("") => "none".to_owned(),
        Some(default) => default.to_owned(),
    };
    format!("| `{}` | {} | {default} | {} |", param.name, param.shape.words(), param.says)
}

fn triggers(page: &mut String) {
    page.push_str("### Which requests\n\nKeys of `match`; what is absent matches all.\n\n| Key | Value | Default | Meaning |\n| --- | --- | --- | --- |\n");
    MATCH.iter().for_each(|param| line(page, format_args!("{}", row(param))));
    page.push_str("\n### When\n\nKeys of the entry. `nth`, `times` and `after` exclude each other; without any, every matching request. A request outside `at` and `until` is not counted.\n\n| Key | Value | Default | Meaning |\n| --- | --- | --- | --- |\n");
    TRIGGERS.iter().for_each(|param| line(page, format_args!("{}", row(param))));
}

fn kinds(page: &mut String) {
    page.push_str(
        "\n### What goes wrong\n\nKinds of `fault`, with the rows of the fault matrix that they serve.\n",
    );
    for Kind { name, rows, does, params, example } in KINDS {
        line(page, format_args!("\n#### `{name}` ({rows})\n\n{does}\n\n```json\n{example}\n```"));
        if !params.is_empty() {
            page.push_str("\n| Parameter | Value | Default | Meaning |\n| --- | --- | --- | --- |\n");
            params.iter().for_each(|param| line(page, format_args!("{}", row(param))));
        }
    }
    page.push('\n');
}

fn coverage(page: &mut String, endpoints: &[Endpoint]) {
    page.push_str(
        "## What is simulated\n\nA request for anything else is answered 501 and counted: `GET /_sim/coverage` has the same table with \
         the calls so far, and `unsupported` with each such request.\n",
    );
    for (service, title) in
        [("auth", "Atlassian's accounts"), ("jira", "Jira Cloud"), ("github", "GitHub"), ("slack", "Slack")]
    {
        line(page, format_args!("\n### {title}\n\n| Request | State | Missing |\n| --- | --- | --- |"));
        let rows = endpoints.iter().filter(|endpoint| endpoint.service == service);
        let mut rows: Vec<&Endpoint> = rows.collect();
        rows.sort_by(|a, b| (&a.path, a.method).cmp(&(&b.path, b.method)));
        for Endpoint { method, path, support, source, .. } in &rows {
            let (state, missing) = match support {
                Support::Full => ("supported", ""),
                Support::Partial(missing) => ("partial", *missing),
                Support::Not => continue,
            };
            line(page, format_args!("| [`{method} {path}`]({source}) | {state} | {missing} |"));
        }
        let absent: Vec<&&Endpoint> = rows.iter().filter(|row| matches!(row.support, Support::Not)).collect();
        not_simulated(page, &absent);
    }
}

/// Operations that are known and not simulated, by the page that describes them.
fn not_simulated(page: &mut String, absent: &[&&Endpoint]) {
    if absent.is_empty() {
        return;
    }
    page.push_str("\nKnown and not simulated:\n\n");
    let mut by_page: BTreeMap<&str, Vec<&Endpoint>> = BTreeMap::new();
    for endpoint in absent {
        let (described, _) = endpoint.source.split_once('#').unwrap_or((&endpoint.source, ""));
        by_page.entry(described).or_default().push(endpoint);
    }
    for (described, rows) in by_page {
        let name = described.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let name = name.trim_start_matches("api-group-").replace('-', " ");
        let names = rows.iter().map(|row| format!("`{} {}`", row.method, row.path)).collect::<Vec<_>>();
        line(page, format_args!("- [{name}]({described}): {}", names.join(", ")));
    }
}
