//! How the metadata of a field can be odd. Apps and localised sites leave keys out or fill them with what no
//! document names; a reader must neither fail on it nor lose the field.
//!
//! Source: what clients have recorded; see the contract's section on create metadata.

use serde_json::{Value, json};

/// A departure from what metadata usually says of a field.
#[derive(Debug, Clone, Copy)]
pub enum Quirk {
    /// The keys are left out.
    Without(&'static [&'static str]),
    /// `schema` is an object without a type.
    NoType,
    /// `schema.type` is one that nobody has heard of.
    Type(&'static str),
    /// `schema.items` is a localised label or the key of a translation.
    Items(&'static str),
    Operations(&'static [&'static str]),
    /// Ids of allowed values are numbers.
    NumericIds,
    /// Options have a `label` where others have a `value`.
    LabelForValue,
    /// `allowedValues` is empty although the field needs one of them.
    NoValues,
    /// A reader is sent to an address that is no public API.
    CompleteUrl(&'static str),
}

/// Makes the metadata of one field odd.
pub fn apply(quirk: Quirk, shown: &mut Value) {
    match quirk {
        Quirk::Without(keys) => {
            if let Some(shown) = shown.as_object_mut() {
                shown.retain(|key, _| !keys.contains(&key.as_str()));
            }
        }
        Quirk::NoType => shown["schema"] = json!({"customId": shown["schema"]["customId"]}),
        Quirk::Type(name) => shown["schema"]["type"] = name.into(),
        Quirk::Items(name) => shown["schema"]["items"] = name.into(),
        Quirk::Operations(operations) => shown["operations"] = json!(operations),
        Quirk::NumericIds => each_value(shown, |value| {
            if let Some(id) = value["id"].as_str().and_then(|id| id.parse::<u64>().ok()) {
                value["id"] = id.into();
            }
        }),
        Quirk::LabelForValue => each_value(shown, |value| {
            if let Some(name) = value.as_object_mut().and_then(|value| value.remove("value")) {
                value["label"] = name;
            }
        }),
        Quirk::NoValues => shown["allowedValues"] = json!([]),
        Quirk::CompleteUrl(address) => shown["autoCompleteUrl"] = address.into(),
    }
}

fn each_value(shown: &mut Value, change: impl Fn(&mut Value)) {
    shown["allowedValues"].as_array_mut().into_iter().flatten().for_each(change);
}
