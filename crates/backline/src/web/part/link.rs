//! Links that somebody else wrote.

/// The address, if following it can only open a web page: `javascript:`, `data:` and their like answer `None`.
pub fn web(address: &str) -> Option<&str> {
    let is_web = ["https://", "http://"]
        .iter()
        .any(|scheme| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    (is_web && !address.contains(char::is_control)).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::web;

    #[test]
    fn only_web_pages_can_be_opened() {
        for good in
            ["https://nvd.nist.gov/vuln/detail/CVE-2021-44228", "http://a", "HTTPS://A.example/?q=1#b"]
        {
            assert_eq!(web(good), Some(good));
        }
        for bad in [
            "javascript:alert(1)",
            "JAVASCRIPT:alert(1)",
            " https://a",
            "data:text/html,<script>",
            "//a.example",
            "vbscript:x",
            "java\nscript:alert(1)",
            "https://a\u{7}",
            "é",
            "",
        ] {
            assert_eq!(web(bad), None, "{bad:?}");
        }
    }
}
