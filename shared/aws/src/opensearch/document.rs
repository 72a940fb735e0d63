//! A dumped document as OpenSearch takes it.

use cairn_analysis::{
    SEPARATOR,
    places::Places,
    points::Point,
    values::{self, Sink},
    words,
};
use cairn_model::{mapping::Mapping, projection};
use cairn_ports::search::Document;
use serde_json::{Map, Value, json};

use super::mapping::{Sort, field};

/// The document for a dump. What is deleted leaves its id and version, so that older writes are known as such.
pub(super) fn build(mapping: &Mapping, places: &Places, document: &Document) -> Value {
    let mut built = Map::from_iter([("id".to_owned(), json!(document.id))]);
    if let Some(source) = &document.source {
        let mut filler = Filler { built: &mut built };
        filler.put("index", json!(mapping.index));
        values::walk(places, source, &mut filler);
        let mut source = source.clone();
        if let Value::Object(source) = &mut source {
            mapping.unreturned.iter().for_each(|path| projection::remove(source, path));
        }
        // As text: OpenSearch would not keep the order of its keys.
        built.extend([("live".to_owned(), json!(true)), ("source".to_owned(), json!(source.to_string()))]);
    }
    Value::Object(built)
}

struct Filler<'a> {
    built: &'a mut Map<String, Value>,
}

impl Filler<'_> {
    fn put(&mut self, name: &str, value: Value) {
        match self.built.get_mut(name) {
            Some(Value::Array(values)) => values.push(value),
            _ => {
                self.built.insert(name.to_owned(), Value::Array(vec![value]));
            }
        }
    }
}

impl Sink for Filler<'_> {
    fn words(&mut self, path: &'static str, leaf: Option<&str>, text: &str) {
        self.put(&field(Sort::Words, path), json!(words::written(leaf, text)));
    }

    fn whole(&mut self, path: &'static str, leaf: Option<&str>, value: &str) {
        let value = leaf.map_or_else(|| value.to_owned(), |leaf| format!("{leaf}{SEPARATOR}{value}"));
        self.put(&field(Sort::Values, path), json!(value));
    }

    fn number(&mut self, path: &'static str, number: i64) {
        self.put(&field(Sort::Numbers, path), json!(number));
    }

    fn days(&mut self, path: &'static str, first: i64, last: i64) {
        self.put(&field(Sort::Numbers, path), json!(first));
        self.put(&field(Sort::Days, path), json!({"gte": first, "lte": last}));
        let (first, last) = values::years((first, last));
        for year in (first..=last).take(values::MOST_YEARS) {
            self.put(&field(Sort::Years, path), json!(year));
        }
    }

    fn point(&mut self, path: &'static str, point: Point) {
        let (latitude, longitude) = point.degrees();
        self.put(&field(Sort::Points, path), json!({"lat": latitude, "lon": longitude}));
    }

    fn present(&mut self, path: &str) {
        self.put("paths", json!(path));
    }
}
