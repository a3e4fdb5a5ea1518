//! JSON values as scanners really write them.
//!
//! Owns the wrappers that forgive (a number where text is usual, one string where a list is usual, anything at all
//! where the value is only shown) and the ones that do not (what decides identity or severity).
//!
//! Invariant: [`Word`], [`Number`] and [`List`] refuse a value of another type, and the refusal carries its place;
//! every other wrapper takes any value and never fails.

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// The longest list that is read; a report with more rows is refused before it fills the memory.
pub(super) const LIST_MAX: usize = 2_000_000;

/// Text that decides identity or severity: a JSON string and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Word<'a>(pub Cow<'a, str>);

impl Word<'_> {
    pub(super) fn as_str(&self) -> &str {
        self.0.trim()
    }
}

/// A word that something is told apart by: empty is refused.
pub(super) fn name<'de: 'a, 'a, D: Deserializer<'de>>(source: D) -> Result<Word<'a>, D::Error> {
    let word = Word::deserialize(source)?;
    match word.as_str().is_empty() {
        true => Err(D::Error::custom("an empty text, expected a name")),
        false => Ok(word),
    }
}

/// The text of an optional word; empty and white space count as absent.
pub(super) fn word<'w>(word: &'w Option<Word<'_>>) -> Option<&'w str> {
    word.as_ref().map(Word::as_str).filter(|text| !text.is_empty())
}

impl<'de: 'a, 'a> Deserialize<'de> for Word<'a> {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Word<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Word(Cow::Borrowed(text)))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Word(Cow::Owned(text.to_owned())))
            }
        }
        source.deserialize_str(Read)
    }
}

/// A number that decides severity, or the same number as text (SARIF writes `"7.8"`); text that is no number
/// states nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Number(pub Option<f64>);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        struct Read;
        impl Visitor<'_> for Read {
            type Value = Number;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }
            fn visit_f64<E: Error>(self, number: f64) -> Result<Number, E> {
                Ok(Number(Some(number)))
            }
            fn visit_u64<E: Error>(self, number: u64) -> Result<Number, E> {
                Ok(Number(Some(number as f64)))
            }
            fn visit_i64<E: Error>(self, number: i64) -> Result<Number, E> {
                Ok(Number(Some(number as f64)))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Number, E> {
                Ok(Number(text.trim().parse().ok().filter(|number: &f64| number.is_finite())))
            }
            fn visit_unit<E: Error>(self) -> Result<Number, E> {
                Ok(Number(None))
            }
        }
        source.deserialize_any(Read)
    }
}

/// A list of rows: a JSON array, or `null` for none.
#[derive(Debug)]
pub(super) struct List<T>(pub Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        struct Read<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Read<T> {
            type Value = List<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }
            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(List(Vec::new()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    if list.len() == LIST_MAX {
                        return Err(A::Error::custom(format!("a list of more than {LIST_MAX} entries")));
                    }
                    list.push(item);
                }
                Ok(List(list))
            }
        }
        source.deserialize_any(Read(PhantomData))
    }
}

/// Text that is only shown: strings as they are, numbers and booleans as written, anything else as nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Text<'a>(pub Cow<'a, str>);

impl Text<'_> {
    /// `None` if there is nothing but white space.
    pub(super) fn some(&self) -> Option<&str> {
        Some(self.0.trim()).filter(|text| !text.is_empty())
    }
    pub(super) fn or_empty(&self) -> &str {
        self.0.trim()
    }
}

/// Texts that are only shown: a list, or one text for a list of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Texts<'a>(pub Vec<Text<'a>>);

impl Texts<'_> {
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(Text::some)
    }
}

macro_rules! forgiving_scalars {
    ($value:ident) => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("anything")
        }
        fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
            Ok($value(Cow::Borrowed(text)))
        }
        fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
            Ok($value(Cow::Owned(text.to_owned())))
        }
        fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
            Ok($value(Cow::Owned(value.to_string())))
        }
        fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
            Ok($value(Cow::Owned(value.to_string())))
        }
        fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
            Ok($value(Cow::Owned(value.to_string())))
        }
        fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
            Ok($value(Cow::Owned(value.to_string())))
        }
        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(Default::default())
        }
        fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
            while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok(Default::default())
        }
    };
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        fn one(text: Cow<'_, str>) -> Text<'_> {
            Text(text)
        }
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Text<'de>;
            forgiving_scalars!(one);
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Text::default())
            }
        }
        source.deserialize_any(Read)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Texts<'a> {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        fn one(text: Cow<'_, str>) -> Texts<'_> {
            Texts(vec![Text(text)])
        }
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Texts<'de>;
            forgiving_scalars!(one);
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = items.next_element::<Text<'de>>()? {
                    texts.push(text);
                }
                Ok(Texts(texts))
            }
        }
        source.deserialize_any(Read)
    }
}

/// A part that is only shown: read if it has the expected shape, else its default.
#[derive(Debug, Clone, Default)]
pub(super) struct Loose<T>(pub T);

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for Loose<T> {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        let raw = <&'de RawValue>::deserialize(source)?;
        Ok(Self(serde_json::from_str(raw.get()).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_only_shown_takes_any_value() {
        let read = |json: &str| serde_json::from_str::<Vec<Text<'_>>>(json).expect("forgiven").len();
        assert_eq!(read(r#"["a", 1, -1, 1.5, true, null, {"a": [1]}, [[{}]]]"#), 8);
        let texts = serde_json::from_str::<Texts<'_>>(r#"["a", {"b": 1}, 2]"#).expect("forgiven");
        assert_eq!(texts.iter().collect::<Vec<_>>(), ["a", "2"]);
        let loose = serde_json::from_str::<Loose<Vec<u8>>>(r#"{"a": 1}"#).expect("forgiven");
        assert!(loose.0.is_empty());
    }

    #[test]
    fn what_decides_is_strict() {
        assert!(serde_json::from_str::<Word<'_>>("5").is_err());
        assert!(serde_json::from_str::<Number>("{}").is_err());
        assert_eq!(serde_json::from_str::<Number>(r#""high""#).expect("a word"), Number(None));
        assert_eq!(serde_json::from_str::<Number>(r#""7.8""#).expect("a number"), Number(Some(7.8)));
        assert!(serde_json::from_str::<List<u8>>("{}").is_err());
        assert!(serde_json::from_str::<List<u8>>("null").expect("none").0.is_empty());
    }
}
