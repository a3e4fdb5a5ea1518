//! The part of GitHub's Markdown that descriptions use, as HTML.
//!
//! Invariant: every character of the input is escaped; only tags written here reach the page, and links lead to
//! http and https only. HTML comments are invisible, as on GitHub.

use regex::Regex;
use std::sync::LazyLock;

static COMMENT: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?s)<!--.*?(-->|\z)"));
static INLINE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"`([^`\n]+)`|\*\*([^*\n]+)\*\*|\[([^\]\n]+)\]\((https?://[^\s)]+)\)|(https?://[^\s<>()]*[^\s<>().,;:!?])",
    )
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

pub fn render(text: &str) -> String {
    let visible = COMMENT.replace_all(text, "").replace("\r\n", "\n");
    let (mut out, mut paragraph, mut is_list) = (String::new(), Vec::new(), false);
    let mut lines = visible.lines();
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        let item = trimmed.strip_prefix("- ").or_else(|| trimmed.strip_prefix("* "));
        let level = trimmed.bytes().take_while(|byte| *byte == b'#').count();
        let heading = trimmed[level..].strip_prefix(' ').filter(|_| (1..=6).contains(&level));
        let is_fence = trimmed.starts_with("```");
        if trimmed.is_empty() || is_fence || item.is_some() || heading.is_some() {
            end_paragraph(&mut out, &mut paragraph);
        }
        if is_list && item.is_none() {
            out.push_str("</ul>");
            is_list = false;
        }
        if is_fence {
            let code: Vec<&str> = lines.by_ref().take_while(|line| !line.trim().starts_with("```")).collect();
            out.push_str(&format!("<pre>{}</pre>", escape(&code.join("\n"))));
        } else if let Some(item) = item {
            if !is_list {
                out.push_str("<ul>");
                is_list = true;
            }
            out.push_str(&format!("<li>{}</li>", inline(item)));
        } else if let Some(heading) = heading {
            out.push_str(&format!("<h3>{}</h3>", inline(heading)));
        } else if !trimmed.is_empty() {
            paragraph.push(inline(trimmed));
        }
    }
    end_paragraph(&mut out, &mut paragraph);
    if is_list {
        out.push_str("</ul>");
    }
    out
}

fn end_paragraph(out: &mut String, lines: &mut Vec<String>) {
    if !lines.is_empty() {
        out.push_str(&format!("<p>{}</p>", lines.join("<br>")));
        lines.clear();
    }
}

fn inline(text: &str) -> String {
    let mut out = String::new();
    let mut at = 0;
    for found in INLINE.captures_iter(text) {
        let whole = found.get(0).expect("the whole match is always there");
        out.push_str(&escape(&text[at..whole.start()]));
        at = whole.end();
        let part = |index| found.get(index).map(|part| escape(part.as_str()));
        let html = match (part(1), part(2), part(3), part(4), part(5)) {
            (Some(code), ..) => format!("<code>{code}</code>"),
            (_, Some(bold), ..) => format!("<strong>{bold}</strong>"),
            (_, _, Some(label), Some(url), _) => format!("<a href=\"{url}\" rel=\"nofollow\">{label}</a>"),
            (_, _, _, _, Some(url)) => format!("<a href=\"{url}\" rel=\"nofollow\">{url}</a>"),
            _ => escape(whole.as_str()),
        };
        out.push_str(&html);
    }
    out.push_str(&escape(&text[at..]));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_shown_as_text_and_comments_not_at_all() {
        assert_eq!(
            render(
                "<!-- backline:start v1 -->\nJira: [SEC-1](https://a.b/browse/SEC-1)\n<!-- backline:end --><script>"
            ),
            "<p>Jira: <a href=\"https://a.b/browse/SEC-1\" rel=\"nofollow\">SEC-1</a><br>&lt;script&gt;</p>"
        );
    }

    #[test]
    fn addresses_become_links_without_the_full_stop() {
        assert_eq!(
            render("See https://a.b/c."),
            "<p>See <a href=\"https://a.b/c\" rel=\"nofollow\">https://a.b/c</a>.</p>"
        );
    }

    #[test]
    fn only_web_addresses_are_links() {
        assert_eq!(render("[x](javascript:alert)"), "<p>[x](javascript:alert)</p>");
    }

    #[test]
    fn lists_headings_and_code_are_blocks() {
        assert_eq!(
            render("# A\ntext\n- one\n- `two`\n```\n<b>\n```\n**end**"),
            "<h3>A</h3><p>text</p><ul><li>one</li><li><code>two</code></li></ul><pre>&lt;b&gt;</pre><p><strong>end</strong></p>"
        );
    }
}
