//! Tells a report's format from its content.
//!
//! Looks at the keys at the top of the document, in any order, and at the version that the format states. A file's
//! name is never asked.
//!
//! Invariant: a format is named only if its version is one that its reader knows; all else is a refusal that says
//! what the file looks like.

use super::document::Document;
use super::lenient::Word;
use super::refusal::{broken_json, parse, refuse};
use super::{Format, Refused, known};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// Versions of CycloneDX that are read: vulnerabilities came with 1.4.
const CYCLONEDX_VERSIONS: [&str; 4] = ["1.4", "1.5", "1.6", "1.7"];
const TRIVY_SCHEMA_MAX: u64 = 2;
/// More keys than any format has at its top; the rest is not looked at.
const KEYS_MAX: usize = 64;

pub(super) fn detect(document: &Document<'_>) -> Result<Format, Refused> {
    let text = document.json();
    if text.starts_with('<') {
        return Err(not_supported(known::by_xml(text)));
    }
    if !text.starts_with(['{', '[']) {
        return Err(match serde_json::from_str::<IgnoredAny>(text) {
            Err(error) if !error.is_eof() => refuse(
                document.place_of(0),
                "expected a JSON report, found other text",
                format!("upload a report in one of these formats: {READ}"),
            ),
            Err(error) => broken_json(document, &error),
            Ok(_) => unknown_format(),
        });
    }
    let top: Top<'_> = parse(document)?;
    match top.first {
        None => of_object(&top.keys),
        Some(first) => of_array(&first),
    }
}

const READ: &str = "Trivy JSON, SARIF 2.1.0, CycloneDX 1.4 to 1.7 JSON";

fn of_object(keys: &Keys<'_>) -> Result<Format, Refused> {
    let has = |key: &str| keys.0.contains_key(key);
    if has("runs") {
        return sarif(keys);
    }
    if has("bomFormat") || (has("specVersion") && (has("components") || has("vulnerabilities"))) {
        return cyclonedx(keys);
    }
    let is_trivy = has("SchemaVersion") && (has("ArtifactName") || has("ArtifactType") || has("Results"));
    let is_kubernetes = has("ClusterName") && (has("Resources") || has("Findings") || has("Vulnerabilities"));
    if is_trivy || is_kubernetes || (has("Results") && has("ArtifactName")) {
        return trivy(keys);
    }
    Err(known::by_keys(false, has).map_or_else(unknown_format, not_supported))
}

/// A bare array of results is what Trivy wrote before version 0.20.
fn of_array(first: &Keys<'_>) -> Result<Format, Refused> {
    let has = |key: &str| first.0.contains_key(key);
    let parts = ["Type", "Class", "Vulnerabilities", "Misconfigurations", "Secrets", "Licenses"];
    if has("Target") && parts.into_iter().any(has) {
        return Ok(Format::Trivy);
    }
    Err(known::by_keys(true, has).map_or_else(unknown_format, not_supported))
}

fn sarif(keys: &Keys<'_>) -> Result<Format, Refused> {
    let version = match keys.text("version")? {
        Some(version) => version,
        None if keys.text("$schema")?.is_some_and(|schema| schema.contains("2.1.0")) => {
            return Ok(Format::Sarif);
        }
        None => {
            return Err(refuse(
                "/version",
                "expected the SARIF version 2.1.0, found none",
                "have the tool write SARIF 2.1.0",
            ));
        }
    };
    if version == "2.1.0" || version.starts_with("2.1.0-") {
        return Ok(Format::Sarif);
    }
    Err(refuse(
        "/version",
        format!("expected SARIF version 2.1.0, found {version}"),
        "have the tool write SARIF 2.1.0 (older files: `sarif-multitool transform`)",
    ))
}

fn cyclonedx(keys: &Keys<'_>) -> Result<Format, Refused> {
    if let Some(format) = keys.text("bomFormat")?
        && format != "CycloneDX"
    {
        return Err(refuse(
            "/bomFormat",
            format!("expected \"CycloneDX\", found {}", super::refusal::quoted(&format)),
            "upload the file exactly as the tool wrote it",
        ));
    }
    match keys.text("specVersion")?.as_deref() {
        Some(version) if CYCLONEDX_VERSIONS.contains(&version) => Ok(Format::Cyclonedx),
        found => Err(refuse(
            "/specVersion",
            format!("expected CycloneDX version 1.4 to 1.7, found {}", found.unwrap_or("none")),
            "have the tool write CycloneDX 1.4 or newer: older versions cannot hold vulnerabilities",
        )),
    }
}

fn trivy(keys: &Keys<'_>) -> Result<Format, Refused> {
    let schema = keys.0.get("SchemaVersion").map(|raw| raw.get().trim_matches('"'));
    match schema.map(str::parse::<u64>) {
        None | Some(Ok(0..=TRIVY_SCHEMA_MAX)) => Ok(Format::Trivy),
        Some(_) => Err(refuse(
            "/SchemaVersion",
            format!("expected Trivy's schema version 2, found {}", schema.unwrap_or_default()),
            "upgrade Backline, or have Trivy write SARIF (`--format sarif`)",
        )),
    }
}

fn not_supported(known: known::Known) -> Refused {
    refuse("/", format!("this is {}, which is not supported yet", known.name), known.instead)
}

fn unknown_format() -> Refused {
    refuse(
        "/",
        "this is JSON, but not a report of a known format",
        format!("upload a report in one of these formats: {READ}"),
    )
}

/// The keys of the top object, or of the first element of a top array.
#[derive(Default)]
struct Top<'a> {
    keys: Keys<'a>,
    first: Option<Keys<'a>>,
}

#[derive(Default)]
struct Keys<'a>(BTreeMap<Cow<'a, str>, &'a RawValue>);

impl Keys<'_> {
    /// A version or name: text, or the refusal of anything else.
    fn text(&self, key: &str) -> Result<Option<String>, Refused> {
        let Some(raw) = self.0.get(key) else { return Ok(None) };
        match serde_json::from_str::<Option<String>>(raw.get()) {
            Ok(text) => Ok(text),
            Err(_) => Err(refuse(
                format!("/{key}"),
                format!("expected a string, found {}", super::refusal::shortened(raw.get())),
                "upload the file exactly as the tool wrote it",
            )),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Keys<'a> {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        Ok(Top::deserialize(source)?.keys)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Top<'a> {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Top<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object or array")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
                let mut keys = BTreeMap::new();
                while let Some(Word(key)) = entries.next_key()? {
                    let value = entries.next_value::<&'de RawValue>()?;
                    if keys.len() < KEYS_MAX {
                        keys.insert(key, value);
                    }
                }
                Ok(Top { keys: Keys(keys), first: None })
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let first = items.next_element::<&'de RawValue>()?;
                while items.next_element::<IgnoredAny>()?.is_some() {}
                let first = first.and_then(|raw| serde_json::from_str(raw.get()).ok());
                Ok(Top { keys: Keys::default(), first: Some(first.unwrap_or_default()) })
            }
        }
        source.deserialize_any(Read)
    }
}
