//! Imports as `InvenioRDM` describes them: readers, transformers, writers. InvenioRDM: vocabularies reference, data streams.

use cairn_model::{Error, FieldError, Identity, Result, jobs::Run, kinds::entries::WRITE};
use serde_json::{Map, Value, json};

use super::find;
use crate::app::App;

/// What may read an upload: all of these have been read where the upload was made.
const READERS: &[&str] = &["csv", "json", "jsonl", "yaml", "xml", "gzip", "tar", "zip"];

/// Transformers, and the form that each knows.
const TRANSFORMERS: &[(&str, &str)] = &[
    ("ror-affiliations", "ror"),
    ("ror-funders", "ror"),
    ("orcid", "orcid"),
    ("openaire-award", "openaire"),
    ("cordis-award", "cordis"),
    ("mesh-subjects", "mesh"),
];

/// What a writer does with entries.
struct Writer {
    vocabulary: &'static str,
    insert: bool,
    update: bool,
}

impl App {
    /// Starts an import of an upload, which the first reader names as its `origin`.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Invalid`].
    pub async fn launch(&self, who: &Identity, body: &Map<String, Value>) -> Result<Run> {
        self.vocabularies.require(who, WRITE, &Map::new())?;
        let mut problems = Vec::new();
        let mut parts = |field: &str, required: bool| match body.get(field) {
            Some(Value::Array(parts)) if !(required && parts.is_empty()) => parts.as_slice(),
            None | Some(Value::Null) if !required => &[],
            None => {
                problems.push(FieldError::new(field, "Missing data for required field."));
                &[]
            }
            Some(_) => {
                problems.push(FieldError::new(field, "Not a valid list."));
                &[]
            }
        };
        let (readers, writers) = (parts("readers", true), parts("writers", true));
        let transformers = parts("transformers", false);
        let origin = readers.iter().find_map(|reader| reader["args"]["origin"].as_str());
        for (at, reader) in readers.iter().enumerate().filter(|(_, reader)| !READERS.contains(&kind(reader)))
        {
            let message = format!("No reader of uploads is called {}.", kind(reader));
            problems.push(FieldError::new(format!("readers.{at}.type"), message));
        }
        if origin.is_none() && !readers.is_empty() {
            problems.push(FieldError::new("readers.0.args.origin", "Name an upload."));
        }
        let mut form = "own";
        for (at, transformer) in transformers.iter().enumerate().filter(|(_, one)| kind(one) != "xml") {
            if let Some((_, known)) = TRANSFORMERS.iter().find(|(name, _)| *name == kind(transformer)) {
                form = known;
            } else {
                let message = format!("No transformer is called {}.", kind(transformer));
                problems.push(FieldError::new(format!("transformers.{at}.type"), message));
            }
        }
        let writer = writers.first().and_then(writer);
        if writer.is_none() && !writers.is_empty() {
            problems.push(FieldError::new("writers.0.type", "No vocabulary has this writer."));
        }
        let (Some(origin), Some(writer), true) = (origin, writer, problems.is_empty()) else {
            return Err(Error::Invalid(problems));
        };
        let Writer { vocabulary, insert, update } = writer;
        let args = json!({"upload": origin, "vocabulary": vocabulary, "form": form, "insert": insert, "update": update});
        let id = self.shared.ports.ids.ulid(self.shared.now());
        let title = format!("Import {vocabulary}");
        let message =
            json!({"version": "1", "id": id, "task": "import_vocabulary", "title": title, "args": args});
        self.jobs.accept(who, &message).await
    }
}

fn kind(part: &Value) -> &str {
    part["type"].as_str().unwrap_or_default()
}

/// The writer that is meant: `names-service`, `service` with the name of one, or one of these that `async` puts off, as all
/// imports are put off. New entries are written unless it says otherwise, others only where it says so.
fn writer(part: &Value) -> Option<Writer> {
    let args = &part["args"];
    let service = match kind(part) {
        "async" => return writer(&args["writer"]),
        "service" => args["service_or_name"].as_str()?,
        named => named.strip_suffix("-service")?,
    };
    let (service, augments) = match service {
        "cordis-awards" => ("awards", true),
        service => (service, false),
    };
    let vocabulary = find(service)?.id;
    let says = |key: &str, otherwise: bool| args[key].as_bool().unwrap_or(otherwise);
    Some(Writer { vocabulary, insert: says("insert", !augments), update: says("update", augments) })
}
