//! What is cited: CSL JSON as the exports write it, as the renderer takes it.

use std::collections::BTreeMap;

use hayagriva::citationberg::json::{self, DateValue, Item, NameItem, NameValue, VecDate, VecDateRange};
use serde_json::Value;

/// An item, and what to write for its year.
pub(crate) struct Cited {
    pub(crate) item: Item,
    /// A year that stands for a range of years, and that range.
    pub(crate) years: Option<(String, String)>,
}

impl Cited {
    pub(crate) fn new(document: &Value) -> Self {
        let mut cited = Self { item: Item(BTreeMap::new()), years: None };
        for (key, value) in document.as_object().into_iter().flatten() {
            let key = key.replace('_', "-");
            let Some(value) = cited.value(&key, value, document) else { continue };
            // As CSL has called it since 1.0.2.
            if key == "event" {
                cited.item.0.insert("event-title".into(), value.clone());
            }
            cited.item.0.insert(key, value);
        }
        cited
    }

    fn value(&mut self, key: &str, value: &Value, document: &Value) -> Option<json::Value> {
        match (key, value) {
            ("issued", value) => self.date(&value["date-parts"], document),
            (_, Value::Array(names)) => Some(json::Value::Names(names.iter().map(name).collect())),
            (_, Value::Number(number)) => number.as_i64().map(json::Value::Number),
            (_, Value::String(text)) => Some(json::Value::String(text.clone())),
            _ => None,
        }
    }

    /// A date; a range by its years, since the renderer knows no ranges: one year stands for both and is replaced later.
    fn date(&mut self, parts: &Value, document: &Value) -> Option<json::Value> {
        let ends: Vec<Vec<i16>> = parts.as_array()?.iter().map(numbers).collect();
        let date = match ends.as_slice() {
            [date] => date.clone(),
            [from, to] => {
                let (&from, &to) = (from.first()?, to.first()?);
                if from == to {
                    vec![from]
                } else {
                    let text = document.to_string();
                    let stand_in = (9001..9999_i16).rev().find(|year| !text.contains(&year.to_string()))?;
                    self.years = Some((stand_in.to_string(), format!("{from}–{to}")));
                    vec![stand_in]
                }
            }
            _ => return None,
        };
        (!date.is_empty()).then(|| {
            let date_parts = VecDateRange(vec![VecDate(date)]);
            json::Value::Date(DateValue::DateParts { date_parts, literal: None, season: None, circa: false })
        })
    }
}

/// Year, month and day, as far as they are ones.
fn numbers(parts: &Value) -> Vec<i16> {
    const HIGHEST: [i16; 3] = [i16::MAX, 12, 31];
    let parts = parts.as_array().map_or(&[][..], Vec::as_slice).iter().zip(HIGHEST).enumerate();
    let number = |(at, (part, highest)): (usize, (&Value, i16))| {
        let number = part
            .as_str()
            .and_then(|text| text.parse().ok())
            .or_else(|| i16::try_from(part.as_i64()?).ok())?;
        (at == 0 || (1..=highest).contains(&number)).then_some(number)
    };
    parts.map_while(number).collect()
}

fn name(who: &Value) -> NameValue {
    let text = |key: &str| who[key].as_str().map(str::to_owned);
    let Some(given) = text("given") else {
        let literal = text("literal").or_else(|| text("family")).unwrap_or_default();
        return NameValue::Literal(json::LiteralName { literal });
    };
    NameValue::Item(NameItem {
        family: text("family").unwrap_or_default(),
        given: Some(given),
        non_dropping_particle: None,
        dropping_particle: None,
        suffix: None,
        comma_suffix: None,
    })
}
