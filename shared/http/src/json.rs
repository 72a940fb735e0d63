//! JSON from outside: read in one pass that enforces every limit on the way, before anything is built from it.

use std::{cell::Cell, fmt};

use cairn_model::Error;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Deepest nesting of lists and objects.
const DEPTH: u32 = 100;

/// Most values and keys in one body.
const VALUES: u32 = 200_000;

/// What callers are told of a body that cannot be read.
const UNREADABLE: &str = "Unable to decode JSON data in request body.";

/// Reads `bytes` as one JSON value. Key order is kept.
///
/// # Errors
/// [`Error::BadRequest`] for what is not JSON in UTF-8, for keys that stand twice in an object, for numbers that
/// no double can hold, for halves of surrogate pairs, and for more than 100 levels or 200,000 values.
pub fn read(bytes: &[u8]) -> Result<Value, Error> {
    let limits = Limits { left: Cell::new(VALUES), broken: Cell::new(None) };
    let text = std::str::from_utf8(bytes).map_err(|_| Error::BadRequest(UNREADABLE.into()))?;
    let mut reader = serde_json::Deserializer::from_str(text);
    Seed { limits: &limits, depth: 0 }
        .deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value))
        .map_err(|_| Error::BadRequest(limits.broken.take().unwrap_or_else(|| UNREADABLE.into())))
}

/// What may still be read, and the sentence about the limit that was passed.
struct Limits {
    left: Cell<u32>,
    broken: Cell<Option<String>>,
}

impl Limits {
    fn spend<E: serde::de::Error>(&self) -> Result<(), E> {
        match self.left.get().checked_sub(1) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => self.refuse(&format!("more than {VALUES} keys and values")),
        }
    }

    fn refuse<T, E: serde::de::Error>(&self, what: &str) -> Result<T, E> {
        self.broken.set(Some(format!("{} {what}.", UNREADABLE.replace("body.", "body:"))));
        Err(E::custom(what))
    }
}

/// Reads one value at a depth.
#[derive(Clone, Copy)]
struct Seed<'a> {
    limits: &'a Limits,
    depth: u32,
}

impl Seed<'_> {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth == DEPTH {
            return self.limits.refuse(&format!("more than {DEPTH} levels"));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.limits.spend()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut elements = Vec::new();
        while let Some(element) = access.next_element_seed(inner)? {
            elements.push(element);
        }
        Ok(Value::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut members = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            self.limits.spend()?;
            if members.contains_key(&key) {
                let shown: String = key.chars().filter(|letter| !letter.is_control()).take(80).collect();
                return self.limits.refuse(&format!("key `{shown}` stands twice in one object"));
            }
            members.insert(key, access.next_value_seed(inner)?);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refusal(text: impl AsRef<[u8]>) -> String {
        read(text.as_ref()).unwrap_err().to_string()
    }

    #[test]
    fn ordinary_json_is_read_with_its_key_order() {
        let text = r#"{"b":[1,-2,2.5,true,null,{"c":"é\u0000\ud83d\ude00"}],"a":{}}"#;
        let value = read(text.as_bytes()).unwrap();
        assert_eq!(value, json!({"b": [1, -2, 2.5, true, null, {"c": "é\u{0}😀"}], "a": {}}));
        assert_eq!(value.as_object().unwrap().keys().collect::<Vec<_>>(), ["b", "a"]);
    }

    #[test]
    fn what_is_no_json_is_refused_in_the_words_clients_know() {
        for text in [
            "",
            " ",
            "{",
            "{\"metadata\": ",
            "nonsense",
            "{} x",
            "{'a':1}",
            "[1,]",
            "NaN",
            "\u{feff}{}",
            "01",
        ] {
            assert_eq!(refusal(text), UNREADABLE, "{text}");
        }
        assert_eq!(refusal(b"{\"a\": \"\xff\"}"), UNREADABLE);
        assert_eq!(refusal(r#"{"a":"bad \ud800 half"}"#), UNREADABLE);
        assert_eq!(refusal(r#"{"a":1e99999}"#), UNREADABLE);
        assert_eq!(refusal("{\"a\":\"\u{1}\"}"), UNREADABLE);
    }

    #[test]
    fn a_key_may_stand_once_at_every_depth() {
        assert!(refusal(r#"{"a":1,"a":1}"#).contains("key `a` stands twice"));
        assert!(refusal(r#"{"x":[{"b":1,"\u0062":2}]}"#).contains("key `b` stands twice"));
        assert!(read(br#"{"a":{"a":{"a":[{"a":1},{"a":2}]}}}"#).is_ok());
    }

    #[test]
    fn a_hundred_levels_are_read_and_one_more_is_not() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(read(nested(100).as_bytes()).is_ok());
        for levels in [101, 127, 128, 129, 10_000, 1_000_000] {
            assert!(refusal(nested(levels)).starts_with("Unable to decode"), "{levels}");
        }
        assert!(refusal("{\"a\":".repeat(5_000)).starts_with("Unable to decode"));
    }

    #[test]
    fn more_values_than_any_record_has_are_refused() {
        assert!(read(format!("[{}0]", "0,".repeat(199_998)).as_bytes()).is_ok());
        assert!(refusal(format!("[{}0]", "0,".repeat(200_000))).contains("200000 keys and values"));
        let members = (0..100_001).map(|number| format!("\"k{number}\":0,")).collect::<Vec<_>>().concat();
        assert!(refusal(format!("{{{members}\"z\":0}}")).contains("200000 keys and values"));
    }

    #[test]
    fn large_whole_numbers_become_what_a_double_can_hold() {
        assert_eq!(read(b"18446744073709551615").unwrap(), json!(u64::MAX));
        assert_eq!(read(b"18446744073709551616").unwrap(), json!(18_446_744_073_709_551_616.0_f64));
    }
}
