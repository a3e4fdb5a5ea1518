//! Slack's own markup as HTML.
//!
//! Invariant: all text is escaped; links lead to http, https and mailto only. A mention is shown as one, so that
//! a message which would have called a whole channel is seen to do so.

use regex::Regex;
use std::sync::LazyLock;

static ANGLE: LazyLock<Regex> = LazyLock::new(|| pattern(r"<([^<>|\n]+)(?:\|([^<>\n]*))?>"));
static STYLE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"`([^`\n]+)`|\*([^*\n]+)\*|\b_([^_\n]+)_\b|~([^~\n]+)~"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

/// Text arrives with `&`, `<` and `>` already escaped; that is undone first, so nothing is escaped twice.
pub fn escape(text: &str) -> String {
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let escaped = plain.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    escaped.replace('"', "&quot;").replace('\'', "&#39;")
}

pub fn render(text: &str) -> String {
    let mut out = String::new();
    let mut at = 0;
    for found in ANGLE.captures_iter(text) {
        let whole = found.get(0).expect("the whole match is always there");
        out.push_str(&styled(&text[at..whole.start()]));
        at = whole.end();
        let target = &found[1];
        let label = found.get(2).map_or(target, |label| label.as_str());
        let is_link = ["http://", "https://", "mailto:"].iter().any(|scheme| target.starts_with(scheme));
        let html = match target.chars().next() {
            _ if is_link => format!("<a href=\"{}\" rel=\"nofollow\">{}</a>", escape(target), escape(label)),
            Some('!' | '@' | '#') => {
                format!("<mark>@{}</mark>", escape(label.trim_start_matches(['!', '@', '#'])))
            }
            _ => escape(whole.as_str()),
        };
        out.push_str(&html);
    }
    out.push_str(&styled(&text[at..]));
    out.replace('\n', "<br>")
}

fn styled(text: &str) -> String {
    let mut out = String::new();
    let mut at = 0;
    for found in STYLE.captures_iter(text) {
        let whole = found.get(0).expect("the whole match is always there");
        out.push_str(&escape(&text[at..whole.start()]));
        at = whole.end();
        let tags = [(1, "code"), (2, "strong"), (3, "em"), (4, "del")];
        for (index, tag) in tags {
            if let Some(part) = found.get(index) {
                out.push_str(&format!("<{tag}>{}</{tag}>", escape(part.as_str())));
            }
        }
    }
    out.push_str(&escape(&text[at..]));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(render(text), expected);
    }

    #[test]
    fn links_and_styles_are_slacks() {
        check(
            "*Ticket*\n<https://a.b/x?y=1&z|SEC-1> `code` _soft_",
            "<strong>Ticket</strong><br><a href=\"https://a.b/x?y=1&amp;z\" rel=\"nofollow\">SEC-1</a> <code>code</code> <em>soft</em>",
        );
    }

    #[test]
    fn escaped_text_is_text_and_a_mention_is_seen() {
        check("&lt;script&gt; &lt;!channel&gt;", "&lt;script&gt; &lt;!channel&gt;");
        check("<!channel>", "<mark>@channel</mark>");
        check("<javascript:alert(1)|x>", "&lt;javascript:alert(1)|x&gt;");
    }

    #[test]
    fn names_with_underscores_are_not_soft() {
        check("max_retry_count", "max_retry_count");
    }
}
