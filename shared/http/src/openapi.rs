//! The OpenAPI 3.1 document of a table of operations.

use serde_json::{Map, Value, json};

use crate::{
    operation::{Body, EVERYTHING_ELSE, Kind, Operation, Param, Place, Shape},
    shapes,
};

/// The document. `site_url` is the site's address without a trailing slash.
pub fn document<'a>(operations: impl Iterator<Item = &'a Operation>, site_url: &str) -> Value {
    let mut document = Document::default();
    document.schema(shapes::ERROR);
    for operation in operations.filter(|operation| operation.route.path != EVERYTHING_ELSE) {
        document.add(operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Cairn",
            "description": "A research data repository that speaks InvenioRDM's REST API.",
            "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": site_url}],
        "security": [{}, {"bearer": []}],
        "tags": document.tags,
        "paths": document.paths,
        "components": {
            "schemas": document.schemas,
            "responses": {"Error": {
                "description": "Refused: see `message` and `errors`.",
                "content": {"application/json": {"schema": reference(shapes::ERROR.name)}},
            }},
            "securitySchemes": {"bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "A personal access token. A token that is no good counts as none.",
            }},
        },
    })
}

#[derive(Default)]
struct Document {
    tags: Vec<Value>,
    paths: Map<String, Value>,
    schemas: Map<String, Value>,
}

impl Document {
    fn add(&mut self, operation: &Operation) {
        let service = operation.name.split('.').next().unwrap_or_default();
        let tag = json!({"name": service});
        if !self.tags.contains(&tag) {
            self.tags.push(tag);
        }
        let mut entry = json!({
            "operationId": operation.name,
            "summary": operation.summary,
            "tags": [service],
            "responses": self.responses(operation),
        });
        if !operation.description.is_empty() {
            entry["description"] = operation.description.into();
        }
        let parameters = parameters(operation);
        if !parameters.is_empty() {
            entry["parameters"] = parameters.into();
        }
        if let Some(body) = self.request_body(operation) {
            entry["requestBody"] = body;
        }
        let path = operation.route.path.replace("+}", "}");
        let method = operation.route.method.as_str().to_ascii_lowercase();
        let methods = self.paths.entry(path).or_insert_with(|| json!({}));
        methods[method] = entry;
    }

    fn request_body(&mut self, operation: &Operation) -> Option<Value> {
        let (required, shape) = match operation.body {
            Body::None => return None,
            Body::Optional => (false, None),
            Body::Json { shape, .. } => (true, shape),
            Body::Any { shape } => (false, shape),
            Body::Bytes => {
                let bytes = json!({"schema": {"type": "string", "format": "binary"}});
                let media = *operation.consumes.first().unwrap_or(&"application/octet-stream");
                return Some(json!({"required": true, "content": {media: bytes}}));
            }
        };
        let content = match shape {
            Some(shape) => self.content(shape),
            None => json!({"schema": {"type": "object"}}),
        };
        Some(json!({"required": required, "content": {"application/json": content}}))
    }

    fn responses(&mut self, operation: &Operation) -> Value {
        let mut responses = Map::new();
        for (status, shape) in operation.replies {
            let mut response = json!({"description": shape.description});
            if !shape.name.is_empty() {
                let content = self.content(*shape);
                // Errors are JSON whatever was asked for.
                let media: Vec<&str> = match operation.media {
                    [] => vec!["application/json"],
                    _ if *status >= 300 => vec!["application/json"],
                    formats => formats.iter().map(|format| format.media).collect(),
                };
                response["content"] = media
                    .into_iter()
                    .map(|media| (media.to_owned(), if is_json(media) { content.clone() } else { json!({}) }))
                    .collect();
            }
            responses.insert(status.to_string(), response);
        }
        responses.insert("default".into(), json!({"$ref": "#/components/responses/Error"}));
        responses.into()
    }

    fn content(&mut self, shape: Shape) -> Value {
        self.schema(shape);
        let mut content = json!({"schema": reference(shape.name)});
        if let Ok(example) = serde_json::from_str::<Value>(shape.example) {
            content["example"] = example;
        }
        content
    }

    fn schema(&mut self, shape: Shape) {
        if !self.schemas.contains_key(shape.name) {
            let schema = serde_json::from_str(shape.schema).unwrap_or_else(|_| json!({"type": "object"}));
            self.schemas.insert(shape.name.to_owned(), schema);
        }
    }
}

fn is_json(media: &str) -> bool {
    media == "application/json" || media == "application/vnd.inveniordm.v1+json"
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// The path's own parameters, with what the operation says of them, and the others.
fn parameters(operation: &Operation) -> Vec<Value> {
    let in_path = operation.route.path.split('/').filter_map(|segment| {
        let name = segment.strip_prefix('{')?.strip_suffix('}')?;
        let name = name.strip_suffix('+').unwrap_or(name);
        let said = operation.params.iter().find(|param| param.place == Place::Path && param.name == name);
        let description = said.map_or("", |param| param.description);
        Some(json!({
            "name": name, "in": "path", "required": true, "description": description, "schema": {"type": "string"},
        }))
    });
    let others = operation.params.iter().filter(|param| param.place != Place::Path).map(parameter);
    in_path.chain(others).collect()
}

fn parameter(param: &Param) -> Value {
    let place = match param.place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header => "header",
    };
    let schema = match param.kind {
        Kind::Text => json!({"type": "string"}),
        Kind::Integer => json!({"type": "integer"}),
        Kind::Boolean => json!({"type": "boolean"}),
        Kind::OneOf(values) => json!({"type": "string", "enum": values}),
    };
    json!({"name": param.name, "in": place, "description": param.description, "schema": schema})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::{EXPAND, IF_MATCH, get, put};

    const THING: Shape = Shape {
        name: "Thing",
        description: "A thing.",
        schema: r#"{"type": "object"}"#,
        example: r#"{"id": "a"}"#,
    };
    static TABLE: &[Operation] = &[
        Operation {
            name: "things.read",
            summary: "Read a thing",
            route: get("/api/things/{kind}/{id+}"),
            params: &[Param::path("id", "Which thing."), EXPAND],
            replies: &[(200, THING), (404, shapes::MISSING)],
            ..Operation::DEFAULT
        },
        Operation {
            name: "things.save",
            summary: "Save a thing",
            route: put("/api/things/{kind}/{id+}"),
            params: &[IF_MATCH],
            body: Body::json(THING),
            replies: &[(204, shapes::NO_CONTENT)],
            ..Operation::DEFAULT
        },
    ];

    #[test]
    fn a_table_becomes_a_document() {
        let document = document(TABLE.iter(), "https://example.org");
        let path = &document["paths"]["/api/things/{kind}/{id}"];
        let read = &path["get"];
        assert_eq!(read["operationId"], "things.read");
        assert_eq!(read["parameters"][1]["description"], "Which thing.");
        assert_eq!(read["parameters"][2]["schema"]["type"], "boolean");
        let content = &read["responses"]["200"]["content"]["application/json"];
        assert_eq!(
            content,
            &json!({"schema": {"$ref": "#/components/schemas/Thing"}, "example": {"id": "a"}})
        );
        assert_eq!(read["responses"]["default"]["$ref"], "#/components/responses/Error");
        assert_eq!(path["put"]["requestBody"]["required"], true);
        assert!(path["put"]["responses"]["204"].get("content").is_none());
        assert!(document["components"]["schemas"]["Error"]["properties"]["errors"].is_object());
    }
}
