//! The frame around people's pages, and escaping.

use axum::response::Html;
use std::fmt::Write;

const CSS: &str = include_str!("page.css");

/// Text made safe for element content and quoted attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A whole page. `body` is HTML; `title` and the names of `crumbs` are text.
pub fn layout(title: &str, crumbs: &[(&str, &str)], body: &str) -> Html<String> {
    let mut nav = String::from("<a class=\"brand\" href=\"/\">Simulators</a>");
    for (name, href) in crumbs {
        write!(nav, " <span>/</span> <a href=\"{}\">{}</a>", escape(href), escape(name))
            .expect("a string takes all text");
    }
    let title = escape(title);
    Html(format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><style>{CSS}</style></head>\
         <body><header>{nav}</header><main>{body}</main></body></html>"
    ))
}

/// The choices of a `<select>`: value, label and which is chosen.
pub fn options<'a>(choices: impl IntoIterator<Item = (&'a str, &'a str)>, chosen: &str) -> String {
    choices
        .into_iter()
        .map(|(value, label)| {
            let selected = if value == chosen { " selected" } else { "" };
            format!("<option value=\"{}\"{selected}>{}</option>", escape(value), escape(label))
        })
        .collect()
}
