//! Operations behind one function, and the routes that lead to them.

use std::collections::HashMap;

use cairn_core::App;
use cairn_model::Error;
use lambda_http::{Request, RequestExt, request::RequestContext};

use crate::{
    operation::{EVERYTHING_ELSE, Method, Operation},
    serve::{Answer, Endpoint, failed},
};

/// The operations of one function: a single one, or those of a service.
pub struct Service {
    endpoints: Vec<(Endpoint, App)>,
    /// Which of them a route leads to.
    routes: HashMap<String, usize>,
}

impl Service {
    /// A function for `operations`, each with the application that it may use; `all` are those of the whole table.
    pub fn new(
        operations: &[&'static Operation],
        all: &[&'static Operation],
        app: impl Fn(&'static Operation) -> App,
    ) -> Self {
        let endpoints = operations
            .iter()
            .map(|operation| (Endpoint::new(operation, all.iter().copied()), app(operation)));
        let routes = operations.iter().enumerate();
        let routes =
            routes.flat_map(|(at, operation)| keys(operation, all).into_iter().map(move |key| (key, at)));
        Self { endpoints: endpoints.collect(), routes: routes.collect() }
    }

    /// Answers a request. Never fails and never panics.
    pub async fn serve(&self, request: Request) -> Answer {
        let found = match self.endpoints.as_slice() {
            [only] => Some(only),
            several => self.route(&request).and_then(|at| several.get(at)),
        };
        match found {
            Some((endpoint, app)) => endpoint.serve(app, request).await,
            None => failed(&Error::Internal("a route leads to a function that has no such operation".into())),
        }
    }

    fn route(&self, request: &Request) -> Option<usize> {
        match request.request_context_ref() {
            Some(RequestContext::ApiGatewayV2(context)) => {
                self.routes.get(context.route_key.as_deref()?).copied()
            }
            _ => None,
        }
    }
}

/// The routes that lead to an operation of the table `all`, as API Gateway calls them: `PUT /api/records/{id}/draft`.
///
/// Every other method of a path (HEAD, OPTIONS, what it does not have) goes to the operation that reads there, or else to the
/// first: the route of that one is `ANY`.
pub fn keys(operation: &Operation, all: &[&'static Operation]) -> Vec<String> {
    let path = operation.route.path;
    if path == EVERYTHING_ELSE {
        return vec![path.to_owned()];
    }
    let here = || all.iter().filter(|other| other.route.path == path);
    let general = here().find(|other| other.route.method == Method::Get).or_else(|| here().next());
    let is_general = general.is_some_and(|general| general.name == operation.name);
    let method = if is_general { "ANY" } else { operation.route.method.as_str() };
    let twin = here().any(|other| other.trailing_slash).then(|| format!("{method} {path}/"));
    [format!("{method} {path}")].into_iter().chain(twin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::{delete, everything_else, get, post, put};

    static TABLE: [Operation; 6] = [
        Operation { name: "records.create", route: post("/api/records"), ..Operation::DEFAULT },
        Operation {
            name: "records.search",
            route: get("/api/records"),
            trailing_slash: true,
            ..Operation::DEFAULT
        },
        Operation { name: "drafts.update", route: put("/api/records/{id}/draft"), ..Operation::DEFAULT },
        Operation { name: "drafts.delete", route: delete("/api/records/{id}/draft"), ..Operation::DEFAULT },
        Operation { name: "files.read", route: get("/api/records/{id}/files/{key+}"), ..Operation::DEFAULT },
        Operation { name: "meta.missing", route: everything_else(), ..Operation::DEFAULT },
    ];

    #[test]
    fn one_operation_of_a_path_has_all_methods_that_no_other_has() {
        let all: Vec<&'static Operation> = TABLE.iter().collect();
        let keys: Vec<Vec<String>> = all.iter().map(|operation| keys(operation, &all)).collect();
        let expected: [&[&str]; 6] = [
            &["POST /api/records", "POST /api/records/"],
            &["ANY /api/records", "ANY /api/records/"],
            &["ANY /api/records/{id}/draft"],
            &["DELETE /api/records/{id}/draft"],
            &["ANY /api/records/{id}/files/{key+}"],
            &["$default"],
        ];
        assert_eq!(keys, expected);
    }
}
