//! The one form of the consent page, as far as a browser would send it.

/// A form's address and its fields.
pub struct Form {
    /// Absolute.
    pub action: String,
    /// Hidden and preselected values.
    fields: Vec<(String, String)>,
    /// Choices that are not preselected: name, value, and the words beside.
    choices: Vec<(String, String, String)>,
    /// The button that accepts, where it carries a value.
    accept: Option<(String, String)>,
}

/// Reads the first form of a page.
pub fn read(html: &str, page: &str) -> Option<Form> {
    let start = html.find("<form")?;
    let end = start + html[start..].find("</form>")?;
    let form = &html[start..end];
    let head = &form[..form.find('>')?];
    let origin_end = page.find("://").map(|at| at + 3)?;
    let origin = &page[..page[origin_end..].find('/').map_or(page.len(), |at| origin_end + at)];
    let action = match attribute(head, "action") {
        Some(action) if action.starts_with("http") => action,
        Some(action) => format!("{origin}{action}"),
        None => page.split('?').next()?.to_owned(),
    };
    let mut read = Form { action, fields: Vec::new(), choices: Vec::new(), accept: None };
    for (at, _) in form.match_indices("<input") {
        let tag = &form[at..at + form[at..].find('>')?];
        let Some(name) = attribute(tag, "name") else { continue };
        let value = attribute(tag, "value").unwrap_or_default();
        let words = text_after(&form[at..]);
        match attribute(tag, "type").as_deref() {
            Some("radio" | "checkbox") => read.choices.push((name, value, words)),
            _ => read.fields.push((name, value)),
        }
    }
    for (at, _) in form.match_indices("<select") {
        let Some(name) = attribute(&form[at..at + form[at..].find('>')?], "name") else { continue };
        let select = &form[at..at + form[at..].find("</select>")?];
        let options: Vec<(String, String)> = select
            .match_indices("<option")
            .filter_map(|(at, _)| {
                let tag = &select[at..at + select[at..].find('>')?];
                Some((attribute(tag, "value")?, text_after(&select[at..])))
            })
            .collect();
        // A browser sends the first option where none is marked.
        if let Some((value, _)) = options.first() {
            read.fields.push((name.clone(), value.clone()));
        }
        read.choices.extend(options.into_iter().map(|(value, words)| (name.clone(), value, words)));
    }
    for (at, _) in form.match_indices("<button") {
        let tag = &form[at..at + form[at..].find('>')?];
        if text_after(&form[at..]).contains("Accept") {
            read.accept =
                attribute(tag, "name").map(|name| (name, attribute(tag, "value").unwrap_or_default()));
        }
    }
    Some(read)
}

impl Form {
    /// The body that accepts with these choices, each by its value or its words; `None` where one is not offered.
    pub fn filled(&self, wanted: &[&str]) -> Option<String> {
        let chosen = wanted.iter().map(|wanted| self.choice(wanted)).collect::<Option<Vec<_>>>()?;
        let is_chosen = |known: &String| chosen.iter().any(|(name, _)| *name == known);
        let mut body = form_urlencoded::Serializer::new(String::new());
        for (known, value) in self.fields.iter().filter(|(known, _)| !is_chosen(known)) {
            body.append_pair(known, value);
        }
        for (name, value) in chosen {
            body.append_pair(name, value);
        }
        if let Some((name, value)) = &self.accept {
            body.append_pair(name, value);
        }
        Some(body.finish())
    }
}

impl Form {
    fn choice(&self, wanted: &str) -> Option<(&String, &String)> {
        let is_wanted = |(_, value, words): &&(String, String, String)| {
            value.eq_ignore_ascii_case(wanted) || words.to_lowercase().contains(&wanted.to_lowercase())
        };
        self.choices.iter().find(is_wanted).map(|(name, value, _)| (name, value))
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let at = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let end = tag[at..].find('"')?;
    Some(
        tag[at..at + end]
            .replace("&amp;", "&")
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&#x27;", "'"),
    )
}

/// The words that follow a tag, up to the next control.
fn text_after(html: &str) -> String {
    let Some(from) = html.find('>') else { return String::new() };
    let rest = &html[from + 1..];
    let stop = ["<input", "<select", "<option", "<button", "</button", "</select"];
    let end = stop.iter().filter_map(|tag| rest.find(tag)).min().unwrap_or(rest.len());
    let mut words = String::new();
    let mut in_tag = false;
    for c in rest[..end].chars() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            _ if !in_tag => words.push(c),
            _ => {}
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_form_is_filled_as_a_browser_would() {
        let html = r#"<p>x</p><form method="post" action="/auth/authorize"><input type="hidden" name="state" value="a&amp;b">
            <label><input type="radio" name="site" value="1" checked> Acme</label>
            <label><input type="radio" name="site" value="2"> Globex</label>
            <button name="decision" value="accept">Accept</button><button name="decision" value="cancel">Cancel</button></form>"#;
        let form = read(html, "http://127.0.0.1:1/auth/authorize?x=1").expect("a form");
        assert_eq!(form.action, "http://127.0.0.1:1/auth/authorize");
        assert_eq!(form.filled(&["globex"]).as_deref(), Some("state=a%26b&site=2&decision=accept"));
        assert_eq!(form.filled(&["nowhere"]), None);
    }
}
