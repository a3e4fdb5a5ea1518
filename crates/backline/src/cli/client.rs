//! The way to a running Backline: its address and token, and how its refusals read.

use super::{Exit, Failed};
use crate::api::PREFIX;
use backline_clients::transport::web::{WebOptions, WebTransport};
use backline_clients::transport::{Method, Request, Response, Transport, TransportError};
use serde_json::Value;
use std::path::PathBuf;
use std::time::Duration;

/// A large report takes its time to be read and stored.
const DEADLINE: Duration = Duration::from_secs(300);
/// What a demo printed when it started, kept in its folder.
const DEMO: &str = "demo.json";
const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Where Backline answers. Without both, the demo's own file says so.
#[derive(Debug, Clone, clap::Args)]
pub struct Address {
    /// Where Backline answers; without it, the running demo's address.
    #[arg(long, env = "BACKLINE_URL", value_name = "URL")]
    url: Option<String>,
    /// An API token, `blt_…`; without it, the demo's. Better in the environment than on the command line.
    #[arg(long, env = "BACKLINE_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// The demo's data folder, where neither is given.
    #[arg(long, value_name = "DIR", default_value = "backline-data")]
    data: PathBuf,
}

pub struct Client {
    transport: WebTransport,
    base: String,
    token: String,
}

impl Client {
    pub fn open(address: &Address) -> Result<Self, Failed> {
        let (url, token) = match (&address.url, &address.token) {
            (Some(url), Some(token)) => (url.clone(), token.clone()),
            (url, token) => {
                let (known_url, known_token) = of_demo(address).ok_or_else(|| nowhere(address))?;
                (url.clone().unwrap_or(known_url), token.clone().unwrap_or(known_token))
            }
        };
        let base = base(&url);
        let host = host(&base).ok_or_else(|| {
            Failed::new(
                Exit::Refused,
                format!("{url} is no address"),
                "Use one such as http://127.0.0.1:8080.",
            )
        })?;
        let options = WebOptions {
            user_agent: concat!("backline/", env!("CARGO_PKG_VERSION")).to_owned(),
            allowed_hosts: vec![host],
            response_bytes_max: ANSWER_BYTES_MAX,
        };
        let transport = WebTransport::new(options).map_err(anyhow::Error::from)?;
        Ok(Self { transport, base, token })
    }

    pub async fn get(&self, path: &str) -> Result<Value, Failed> {
        self.send(Method::Get, path, None).await
    }

    /// With a JSON body where there is one.
    pub async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Failed> {
        let request = Request::new(method, self.address(path));
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        taken(self.exchange(request).await?)
    }

    /// The answer whatever its status.
    pub async fn upload(&self, path: &str, bytes: Vec<u8>) -> Result<Response, Failed> {
        let mut request =
            Request::new(Method::Post, self.address(path)).header("content-type", "application/octet-stream");
        request.body = Some(bytes);
        self.exchange(request).await
    }

    /// The answer whatever its status, to a file or to nothing.
    pub async fn file(
        &self,
        method: Method,
        path: &str,
        text: Option<String>,
        headers: &[(&str, &str)],
    ) -> Result<Response, Failed> {
        let mut request = Request::new(method, self.address(path)).header("content-type", "application/toml");
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        request.body = text.map(String::into_bytes);
        self.exchange(request).await
    }

    fn address(&self, path: &str) -> String {
        format!("{}{PREFIX}{path}", self.base)
    }

    async fn exchange(&self, mut request: Request) -> Result<Response, Failed> {
        request = request.header("authorization", format!("Bearer {}", self.token));
        request.deadline = DEADLINE;
        self.transport.send(request).await.map_err(|error| unreached(&self.base, &error))
    }
}

/// The JSON of a good answer, or what the problem says.
pub fn taken(response: Response) -> Result<Value, Failed> {
    let value: Value = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
    if response.is_success() {
        return Ok(value);
    }
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let detail = match text("detail") {
        detail if detail.is_empty() => format!("the server answered {}", response.status),
        detail => detail,
    };
    Err(Failed::new(Exit::of_status(response.status), detail, text("remedy")))
}

fn of_demo(address: &Address) -> Option<(String, String)> {
    let line: Value = serde_json::from_slice(&std::fs::read(address.data.join(DEMO)).ok()?).ok()?;
    let text = |name: &str| line[name].as_str().map(str::to_owned);
    Some((text("ui")?, text("api_token")?))
}

fn nowhere(address: &Address) -> Failed {
    Failed::new(
        Exit::NotAllowed,
        format!("no address and token are given, and {} holds no running demo's", address.data.display()),
        "Set BACKLINE_URL and BACKLINE_TOKEN, or start `backline demo` in this folder.",
    )
}

fn unreached(base: &str, error: &TransportError) -> Failed {
    Failed::new(
        Exit::Unreachable,
        format!("Backline was not reached at {base}: {error}"),
        "Check that it runs and that the address is right, then try again.",
    )
}

/// The address without a path, also where the API's own was given.
fn base(url: &str) -> String {
    let url = url.trim().trim_end_matches('/');
    url.strip_suffix(PREFIX).unwrap_or(url).to_owned()
}

/// Host and port. The port is always named: that is how plain http to another machine is allowed on purpose.
fn host(base: &str) -> Option<String> {
    let (scheme, rest) = base.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())?;
    let after_address = host.rsplit(']').next().unwrap_or(host);
    match (scheme, after_address.contains(':')) {
        ("http" | "https", true) => Some(host.to_owned()),
        ("http", false) => Some(format!("{host}:80")),
        ("https", false) => Some(format!("{host}:443")),
        _ => None,
    }
}

/// A value for a query.
pub fn encoded(text: &str) -> String {
    crate::web::session::encoded(text)
}

#[cfg(test)]
mod tests {
    use super::{base, host, taken};
    use backline_clients::transport::Response;

    #[test]
    fn an_address_may_be_the_pages_or_the_apis() {
        assert_eq!(base("http://127.0.0.1:8080/"), "http://127.0.0.1:8080");
        assert_eq!(base("https://b.example/api/v1/"), "https://b.example");
        assert_eq!(host("https://b.example").as_deref(), Some("b.example:443"));
        assert_eq!(host("http://[::1]:8080/x").as_deref(), Some("[::1]:8080"));
        assert_eq!((host("b.example"), host("ftp://b.example")), (None, None));
    }

    #[test]
    fn a_problem_reads_as_detail_and_remedy() {
        let body = br#"{"detail": "At /Results: expected a list.", "remedy": "Export again."}"#.to_vec();
        let failed = taken(Response { status: 422, headers: Vec::new(), body }).unwrap_err();
        assert_eq!((failed.exit.code(), failed.message.as_str()), (3, "At /Results: expected a list."));
        assert_eq!(failed.remedy, "Export again.");
    }
}
