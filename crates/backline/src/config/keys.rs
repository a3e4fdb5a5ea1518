//! The keys of the configuration, with their defaults and what they mean; the reference page is made of them.

/// One key of `backline.toml`.
pub struct Key {
    /// With dots between sections: `github.api_url`.
    pub name: &'static str,
    /// Absent where leaving it out has its own meaning.
    pub default: Option<&'static str>,
    pub is_list: bool,
    pub is_secret: bool,
    pub sentence: &'static str,
}

impl Key {
    /// `BACKLINE_GITHUB_API_URL`.
    pub fn variable(&self) -> String {
        format!("BACKLINE_{}", self.name.replace('.', "_").to_ascii_uppercase())
    }
}

const fn text(name: &'static str, default: &'static str, sentence: &'static str) -> Key {
    Key { name, default: Some(default), is_list: false, is_secret: false, sentence }
}

const fn optional(name: &'static str, sentence: &'static str) -> Key {
    Key { name, default: None, is_list: false, is_secret: false, sentence }
}

const fn secret(name: &'static str, sentence: &'static str) -> Key {
    Key { name, default: None, is_list: false, is_secret: true, sentence }
}

const fn list(name: &'static str, sentence: &'static str) -> Key {
    Key { name, default: None, is_list: true, is_secret: false, sentence }
}

pub const KEYS: &[Key] = &[
    text("listen", "127.0.0.1:8080", "Address and port to answer on."),
    text("data_dir", "data", "Folder of the SQLite file and of the key file. Made if absent."),
    secret(
        "database.url",
        "`postgres://USER:PASSWORD@HOST:PORT/DATABASE` of a PostgreSQL database (15 or newer), which any number of processes share. A SQLite file in `data_dir`, for one process, if left out.",
    ),
    optional(
        "public_url",
        "Address at which browsers reach Backline; `http://<listen>` if left out. With `https://`, cookies are bound to TLS.",
    ),
    optional(
        "key_file",
        "File of the keys that seal secrets: 64 hexadecimal digits a line, the newest first. `<data_dir>/backline.key` if left out; made at the first start.",
    ),
    secret("key", "The same lines as a value; wins over `key_file`."),
    text("organization", "", "Name shown beside the product's name."),
    text("atlassian.authorize_url", "https://auth.atlassian.com/authorize", "Atlassian's consent page."),
    text(
        "atlassian.token_url",
        "https://auth.atlassian.com/oauth/token",
        "Where codes and refresh tokens are exchanged.",
    ),
    text("atlassian.api_url", "https://api.atlassian.com", "Gateway of the Jira Cloud API."),
    optional(
        "atlassian.client_id",
        "Client id of your OAuth 2.0 (3LO) app. Can be typed into the first-run setup instead.",
    ),
    secret("atlassian.client_secret", "Secret of that app."),
    text("github.api_url", "https://api.github.com", "`https://<host>/api/v3` for Enterprise Server."),
    secret(
        "github.token",
        "Fine-grained token with read and write access to pull requests. Can be typed into the Integration Hub instead.",
    ),
    secret(
        "github.webhook_secret",
        "Secret that signs GitHub's deliveries. Without one, deliveries are refused and pull requests are polled.",
    ),
    list(
        "github.repositories",
        "Repositories to follow, `owner/name`. Nothing is read from others, and nothing written there.",
    ),
    secret(
        "slack.webhook_url",
        "Incoming webhook that is told of failures. Can be typed into the Integration Hub instead.",
    ),
    text(
        "sync.settle_seconds",
        "600",
        "How long a lost answer of a create may still show up in Jira's search before the create is tried again.",
    ),
    text(
        "sync.look_again_seconds",
        "60",
        "Time until what Jira refused is tried again by itself, first; it doubles up to 60 times as much, for 7 days.",
    ),
    text("sync.jira_poll_seconds", "60", "Time between two looks at what people changed in Jira."),
    text("sync.github_poll_seconds", "60", "Time between two looks at a repository without a webhook."),
    text(
        "sync.metadata_seconds",
        "3600",
        "Time between two looks at the fields of a connected project, to say what Jira changed.",
    ),
    text(
        "sync.creations_per_hour",
        "50",
        "Tickets of one project that are made in an hour before the others wait for a person's approval. 0 for no limit.",
    ),
    text("sync.workers", "4", "Subjects that are worked on at once."),
    text("limits.upload_mb_max", "256", "Megabytes of one report, as it arrives."),
];

/// What `--help` says of the configuration.
pub fn help() -> String {
    let mut help =
        String::from("Configuration (backline.toml, or a variable of the environment, which wins):\n");
    for key in KEYS {
        let mark = if key.is_secret { " Secret." } else { "" };
        help.push_str(&format!("  {} / {}\n      {}{mark}\n", key.name, key.variable(), key.sentence));
    }
    help
}

/// `docs/reference/configuration.md`.
#[cfg(test)]
pub fn page() -> String {
    use std::fmt::Write;
    let mut page = String::from(
        "# Configuration\n\nBackline reads `backline.toml` in its working directory (or the file given with `--config`), then the\n\
         environment, which wins. An unknown key or a value of another type stops the start and is named.\n\
         In a variable, a list is written with commas.\n\n\
         | Key | Variable | Default | Meaning |\n| --- | --- | --- | --- |\n",
    );
    for key in KEYS {
        let default = key.default.filter(|text| !text.is_empty()).map(|text| format!("`{text}`"));
        let mark = if key.is_secret { " Secret." } else { "" };
        writeln!(
            page,
            "| `{}` | `{}` | {} | {}{mark} |",
            key.name,
            key.variable(),
            default.unwrap_or_default(),
            key.sentence
        )
        .expect("writing to a string cannot fail");
    }
    page
}
