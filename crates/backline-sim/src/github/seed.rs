//! What the simulated GitHub holds when it is started for the first time.

use super::model::{Repo, Signature, User, UserKind};
use super::object::{CommitDraft, FILE_MODE, File, Files};
use super::state::{State, ref_key};
use super::wire::email;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

pub const ORGANIZATION: &str = "acme";
pub const REPOSITORY: &str = "payments-api";
/// The user of Backline's own token.
pub const BOT: &str = "backline-bot";
/// The person as whom the pages act.
pub const PERSON: &str = "dev-dana";

const USERS: [(&str, &str, UserKind); 5] = [
    (ORGANIZATION, "Acme", UserKind::Organization),
    (BOT, "Backline", UserKind::User),
    (PERSON, "Dana Devlin", UserKind::User),
    ("sam", "Sam Okafor", UserKind::User),
    ("dependabot[bot]", "dependabot[bot]", UserKind::Bot),
];

const PAYMENTS: &[(&str, &str)] = &[
    ("README.md", include_str!("seed/payments-api/README.md")),
    ("Dockerfile", include_str!("seed/payments-api/Dockerfile")),
    ("package.json", include_str!("seed/payments-api/package.json")),
    ("package-lock.json", include_str!("seed/payments-api/package-lock.json")),
    ("pom.xml", include_str!("seed/payments-api/pom.xml")),
    ("requirements.txt", include_str!("seed/payments-api/requirements.txt")),
    ("src/server.js", include_str!("seed/payments-api/server.js")),
];

const STOREFRONT: &[(&str, &str)] = &[
    ("README.md", include_str!("seed/storefront/README.md")),
    ("package.json", include_str!("seed/storefront/package.json")),
    ("src/index.html", include_str!("seed/storefront/index.html")),
];

/// Users are written last and tell that the rest is complete, so a first start that dies is simply done again.
pub fn seed(state: &mut State, seed: u64, at: Timestamp) {
    if state.users.values().next().is_some() {
        return;
    }
    let users: Vec<User> = (1..)
        .zip(USERS)
        .map(|(id, (login, name, kind))| User {
            id,
            login: login.to_owned(),
            name: name.to_owned(),
            kind,
            token: (kind != UserKind::Organization).then(|| token(seed, login)),
        })
        .collect();
    let repos = [
        (101, REPOSITORY, "Takes payments. Written in JavaScript, with a Java worker.", PAYMENTS),
        (102, "storefront", "The shop's pages.", STOREFRONT),
    ];
    for (id, name, description, content) in repos {
        let author = &users[2];
        let tree: Files = content
            .iter()
            .map(|(path, text)| {
                let sha = state.write_blob(text.as_bytes());
                ((*path).to_owned(), File { mode: FILE_MODE.to_owned(), sha })
            })
            .collect();
        let who = Signature { name: author.name.clone(), email: email(author), at };
        let draft = CommitDraft {
            tree: state.write_files(&tree),
            parents: Vec::new(),
            message: format!("Start {name}"),
            author: who.clone(),
            committer: who,
            user: Some(author.id),
        };
        let sha = state.write_commit(draft);
        let repo = Repo {
            id,
            owner: users[0].id,
            name: name.to_owned(),
            description: description.to_owned(),
            default_branch: "main".to_owned(),
            created_at: at,
            updated_at: at,
            pushed_at: at,
            last_number: 0,
            labels: BTreeMap::new(),
        };
        state.refs.put(ref_key(id, "refs/heads/main"), sha);
        state.repos.put(id, repo);
    }
    for user in users {
        state.users.put(user.id, user);
    }
}

/// The shape of a classic personal access token; the same seed gives the same tokens.
fn token(seed: u64, login: &str) -> String {
    let digest = Sha256::digest(format!("github token {seed} {login}").as_bytes());
    format!("ghp_{}", &hex::encode(digest)[..36])
}
