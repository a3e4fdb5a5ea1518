//! A browser without scripts: follows no redirect, keeps one cookie, and sends forms as they stand on a page.

use crate::world::World;
use regex::Regex;

pub struct Browser<'a> {
    world: &'a World,
    cookie: String,
}

pub struct Page {
    pub status: u16,
    pub location: String,
    pub html: String,
}

/// Inputs of a form: names and values, in their order.
pub type Inputs = Vec<(String, String)>;

impl<'a> Browser<'a> {
    pub fn new(world: &'a World) -> Self {
        Self { world, cookie: String::new() }
    }

    /// Acts as somebody from here on, as the menu of each page does.
    pub async fn act_as(&mut self, account_id: &str) {
        let form = [("account_id", account_id), ("back", "/sites/acme")];
        let answer = self.world.http.post(self.world.url("/auth/act-as")).form(&form).send().await;
        let answer = answer.expect("an answer");
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["location"]),
            (303, &"/sites/acme".parse().expect("one"))
        );
        let cookie = answer.headers()["set-cookie"].to_str().expect("text");
        self.cookie = cookie.split(';').next().expect("never empty").to_owned();
    }

    pub async fn get(&self, path: &str) -> Page {
        let request = self.world.http.get(self.world.url(path)).header("cookie", &self.cookie);
        read(request.send().await.expect("an answer")).await
    }

    pub async fn post<K: AsRef<str>, V: AsRef<str>>(&self, path: &str, form: &[(K, V)]) -> Page {
        let form: Vec<(&str, &str)> =
            form.iter().map(|(name, value)| (name.as_ref(), value.as_ref())).collect();
        let request = self.world.http.post(self.world.url(path)).header("cookie", &self.cookie);
        read(request.form(&form).send().await.expect("an answer")).await
    }
}

async fn read(answer: reqwest::Response) -> Page {
    let status = answer.status().as_u16();
    let location =
        answer.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or_default().to_owned();
    Page { status, location, html: answer.text().await.expect("a body") }
}

impl Page {
    /// What the form with this action would send if nothing were touched.
    pub fn form(&self, action: &str) -> Inputs {
        let start = self.html.find(&format!("action=\"{action}\"")).expect("the form");
        let form = &self.html[start..start + self.html[start..].find("</form>").expect("its end")];
        let control = Regex::new(
            r#"(?s)<input (?<input>[^>]*)>|<textarea (?<area>[^>]*)>\n?(?<text>.*?)</textarea>|<select (?<select>[^>]*)>(?<options>.*?)</select>"#,
        )
        .expect("a pattern");
        let option = Regex::new(r#"<option value="([^"]*)"( selected)?>"#).expect("a pattern");
        let mut inputs = Inputs::new();
        for found in control.captures_iter(form) {
            if let Some(tag) = found.name("input") {
                let (kind, tag) = (attribute(tag.as_str(), "type"), tag.as_str());
                if !matches!(kind.as_str(), "radio" | "checkbox") || tag.contains(" checked") {
                    inputs.push((attribute(tag, "name"), attribute(tag, "value")));
                }
            } else if let (Some(tag), Some(text)) = (found.name("area"), found.name("text")) {
                inputs.push((attribute(tag.as_str(), "name"), plain(text.as_str())));
            } else if let (Some(tag), Some(options)) = (found.name("select"), found.name("options")) {
                let options: Vec<_> = option.captures_iter(options.as_str()).collect();
                let chosen = options.iter().find(|option| option.get(2).is_some()).or(options.first());
                let value = chosen.map(|option| plain(&option[1])).unwrap_or_default();
                inputs.push((attribute(tag.as_str(), "name"), value));
            }
        }
        inputs
    }
}

/// Fills one input in: the values replace what stands there.
pub fn fill(inputs: &mut Inputs, name: &str, values: &[&str]) {
    inputs.retain(|(key, _)| key != name);
    inputs.extend(values.iter().map(|value| (name.to_owned(), (*value).to_owned())));
}

fn attribute(tag: &str, name: &str) -> String {
    let found = Regex::new(&format!("(?:^|\\s){name}=\"([^\"]*)\""))
        .expect("a pattern")
        .captures(tag)
        .map(|c| plain(&c[1]));
    found.unwrap_or_default()
}

fn plain(html: &str) -> String {
    let pairs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ];
    pairs.iter().fold(html.to_owned(), |text, (from, to)| text.replace(from, to))
}
