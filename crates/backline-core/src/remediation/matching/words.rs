//! What the author of a pull request wrote, apart from what is only quoted there.
//!
//! Quoted are block quotes, `<details>`, fenced code, `<pre>` and `<blockquote>`. HTML comments are seen by nobody
//! and count as neither.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// Plain text, a line for each paragraph, cell or line break.
#[derive(Debug, Default)]
pub struct Words {
    pub own: String,
    pub quoted: String,
}

impl Words {
    /// Reads Markdown; targets of links and images are read as text after the link's own.
    pub fn of_markdown(markdown: &str) -> Self {
        let mut reader = Reader::default();
        let mut html = String::new();
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        for event in Parser::new_ext(markdown, options) {
            match event {
                Event::Html(text) | Event::InlineHtml(text) => html.push_str(&text),
                Event::End(TagEnd::HtmlBlock) => reader.html(&std::mem::take(&mut html)),
                other => {
                    reader.html(&std::mem::take(&mut html));
                    reader.event(other);
                }
            }
        }
        reader.html(&html);
        reader.words
    }

    /// Reads a commit message, where only lines with `>` and `<details>` are quoted.
    pub fn of_commit(message: &str) -> Self {
        let mut reader = Reader::default();
        for line in message.lines() {
            let lower = line.to_ascii_lowercase();
            if lower.contains("<details") {
                reader.depth += 1;
            }
            let is_quoted = line.trim_start().starts_with('>');
            reader.depth += usize::from(is_quoted);
            reader.push(line);
            reader.push("\n");
            reader.depth -= usize::from(is_quoted);
            if lower.contains("</details") {
                reader.depth = reader.depth.saturating_sub(1);
            }
        }
        reader.words
    }
}

#[derive(Default)]
struct Reader {
    words: Words,
    /// How many quoting things are open.
    depth: usize,
    /// How many of them only HTML can close; a stray closing tag must not end a block quote.
    html_depth: usize,
    is_fenced: bool,
    targets: Vec<String>,
}

impl Reader {
    fn push(&mut self, text: &str) {
        let words =
            if self.depth + self.html_depth > 0 { &mut self.words.quoted } else { &mut self.words.own };
        words.push_str(text);
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) | Event::Code(text) => self.push(&text),
            Event::SoftBreak | Event::HardBreak | Event::Rule => self.push("\n"),
            Event::Start(Tag::BlockQuote(_)) => self.depth += 1,
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => {
                self.depth += 1;
                self.is_fenced = true;
            }
            // Indented text is rarely meant as code; it counts as written.
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => self.push("\n"),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                self.targets.push(dest_url.into_string())
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                let target = self.targets.pop().unwrap_or_default();
                self.push(&format!(" {target} "));
            }
            Event::End(TagEnd::CodeBlock) if self.is_fenced => {
                self.is_fenced = false;
                self.close();
            }
            Event::End(TagEnd::BlockQuote(_)) => self.close(),
            Event::End(TagEnd::TableCell) => self.push(" | "),
            Event::End(
                TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableRow | TagEnd::TableHead,
            ) => self.push("\n"),
            _ => {}
        }
    }

    fn close(&mut self) {
        self.push("\n");
        self.depth = self.depth.saturating_sub(1);
    }

    /// Reads a run of HTML: its text counts, its comments do not, and some tags quote what follows.
    fn html(&mut self, mut html: &str) {
        while let Some(at) = html.find('<') {
            self.push(&html[..at]);
            html = &html[at..];
            let end = match html.strip_prefix("<!--") {
                Some(comment) => comment.find("-->").map(|end| end + "<!---->".len()),
                None => html.find('>').map(|end| end + 1),
            };
            let (tag, rest) = html.split_at(end.unwrap_or(html.len()));
            self.tag(tag);
            html = rest;
        }
        self.push(html);
    }

    fn tag(&mut self, tag: &str) {
        let is_closing = tag.starts_with("</");
        let name = tag.trim_start_matches(['<', '/']);
        let name = &name[..name.find(|sign: char| !sign.is_ascii_alphanumeric()).unwrap_or(name.len())];
        if ["details", "blockquote", "pre"].iter().any(|quoting| name.eq_ignore_ascii_case(quoting)) {
            self.push("\n");
            self.html_depth = if is_closing {
                self.html_depth.saturating_sub(1)
            } else {
                self.html_depth.saturating_add(1)
            };
        } else {
            self.push(" ");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Words;

    fn check(markdown: &str, own: &str, quoted: &str) {
        let words = Words::of_markdown(markdown);
        let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!((squeeze(&words.own).as_str(), squeeze(&words.quoted).as_str()), (own, quoted));
    }

    #[test]
    fn what_is_quoted_is_told_from_what_is_written() {
        check("mine\n\n> theirs\n\nmine again", "mine mine again", "theirs");
        check("mine\n\n```\ntheirs\n```\n`code`", "mine code", "theirs");
        check("a\n<details>\n<summary>b</summary>\n\n### c\n\n</details>\n\nd", "a d", "b c");
        check("a <details><summary>b</summary> c</details> d", "a d", "b c");
        check("a\n<DETAILS open>\n\n<details>\n\nb\n\n</details>\n\nc", "a", "b c");
        check("<p>a</p><blockquote>b</blockquote><pre>c</pre>", "a", "b c");
    }

    #[test]
    fn comments_count_as_neither() {
        check("a <!-- b --> c\n\n<!--\nd\n\ne\n-->\nf", "a c f", "");
        check("a\n\n<!-- never closed\n\nb", "a", "");
    }

    #[test]
    fn a_stray_closing_tag_ends_no_quotation() {
        check("> </details> a\n> b\n\nc", "c", "a b");
    }

    #[test]
    fn targets_of_links_are_read() {
        check("[ticket](https://acme/browse/SEC-1)", "ticket https://acme/browse/SEC-1", "");
    }

    #[test]
    fn quoted_lines_of_a_commit_message_are_told_apart() {
        let words = Words::of_commit("fix\n\n> theirs\n<details>\nnotes\n</details>\n    mine");
        assert_eq!(words.own, "fix\n\n    mine\n");
        assert_eq!(words.quoted, "> theirs\n<details>\nnotes\n</details>\n");
    }
}
