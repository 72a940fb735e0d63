//! Which operation a method and a path mean: what API Gateway does on AWS, from the same table.

use std::collections::BTreeMap;

use crate::operation::{EVERYTHING_ELSE, Method, Operation};

/// The routes of a table of operations.
#[derive(Debug, Default)]
pub struct Routes {
    root: Node,
    /// What answers when nothing else does.
    everything_else: Option<&'static Operation>,
}

/// A place in the tree of path segments.
#[derive(Debug, Default)]
struct Node {
    literal: BTreeMap<&'static str, Node>,
    variable: Option<(&'static str, Box<Node>)>,
    greedy: Option<(&'static str, Leaf)>,
    leaf: Leaf,
}

/// The operations of one path.
#[derive(Debug, Default)]
struct Leaf {
    operations: Vec<&'static Operation>,
    trailing_slash: bool,
}

/// What a request means.
#[derive(Debug)]
pub struct Match {
    /// The operation. Where the path does not have the method, the one that says so.
    pub operation: &'static Operation,
    /// The variable parts of the path.
    pub params: Vec<(&'static str, String)>,
}

impl Routes {
    /// The routes of `operations`.
    pub fn new(operations: impl Iterator<Item = &'static Operation>) -> Self {
        let mut routes = Self::default();
        for operation in operations {
            if operation.route.path == EVERYTHING_ELSE {
                routes.everything_else = Some(operation);
            } else {
                let segments = operation.route.path.trim_start_matches('/').split('/');
                let leaf = routes.root.leaf(segments);
                leaf.operations.push(operation);
                leaf.trailing_slash |= operation.trailing_slash;
            }
        }
        routes
    }

    /// What a method and a decoded path mean; nothing only if the table has no operation for everything else.
    pub fn find(&self, method: &http::Method, path: &str) -> Option<Match> {
        let mut params = Vec::new();
        let bare = path.strip_prefix('/').unwrap_or(path);
        let (bare, has_slash) = match bare.strip_suffix('/') {
            Some(bare) => (bare, true),
            None => (bare, false),
        };
        let segments: Vec<&str> = bare.split('/').collect();
        let found = self.root.find(&segments, has_slash, &mut params).and_then(|leaf| leaf.operation(method));
        match found {
            Some(operation) => Some(Match { operation, params }),
            None => Some(Match { operation: self.everything_else?, params: Vec::new() }),
        }
    }
}

impl Leaf {
    /// The operation of a method; for HEAD, OPTIONS and unknown methods the one that reads, else the first.
    fn operation(&self, method: &http::Method) -> Option<&'static Operation> {
        let of =
            |name: &str| self.operations.iter().find(|operation| operation.route.method.as_str() == name);
        of(method.as_str()).or_else(|| of(Method::Get.as_str())).or_else(|| self.operations.first()).copied()
    }

    fn fits(&self, has_slash: bool) -> bool {
        !self.operations.is_empty() && (!has_slash || self.trailing_slash)
    }
}

impl Node {
    fn leaf(&mut self, mut segments: std::str::Split<'static, char>) -> &mut Leaf {
        let Some(segment) = segments.next() else { return &mut self.leaf };
        let Some(name) = segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}')) else {
            return self.literal.entry(segment).or_default().leaf(segments);
        };
        if let Some(name) = name.strip_suffix('+') {
            return &mut self.greedy.get_or_insert_with(|| (name, Leaf::default())).1;
        }
        self.variable.get_or_insert_with(|| (name, Box::default())).1.leaf(segments)
    }

    /// Literal before variable before greedy, at each segment. A variable part is never empty.
    fn find(
        &self,
        segments: &[&str],
        has_slash: bool,
        params: &mut Vec<(&'static str, String)>,
    ) -> Option<&Leaf> {
        let Some((segment, rest)) = segments.split_first() else {
            return self.leaf.fits(has_slash).then_some(&self.leaf);
        };
        if let Some(found) = self.literal.get(*segment).and_then(|node| node.find(rest, has_slash, params)) {
            return Some(found);
        }
        if let Some((name, node)) = self.variable.as_ref().filter(|_| !segment.is_empty()) {
            let before = params.len();
            params.push((name, (*segment).to_owned()));
            if let Some(found) = node.find(rest, has_slash, params) {
                return Some(found);
            }
            params.truncate(before);
        }
        let (name, leaf) = self.greedy.as_ref()?;
        let mut tail = segments.join("/");
        if tail.is_empty() {
            return None;
        }
        if has_slash && !leaf.trailing_slash {
            tail.push('/');
        }
        params.push((name, tail));
        Some(leaf)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::{everything_else, get, post, put};

    static TABLE: &[Operation] = &[
        Operation { name: "create", route: post("/api/records"), ..Operation::DEFAULT },
        Operation { name: "search", route: get("/api/records"), trailing_slash: true, ..Operation::DEFAULT },
        Operation { name: "read", route: get("/api/records/{id}"), ..Operation::DEFAULT },
        Operation { name: "draft", route: get("/api/records/{id}/draft"), ..Operation::DEFAULT },
        Operation { name: "save", route: put("/api/records/{id}/draft"), ..Operation::DEFAULT },
        Operation { name: "literal", route: get("/api/records/suggest"), ..Operation::DEFAULT },
        Operation { name: "types", route: get("/api/vocabularies/{type}"), ..Operation::DEFAULT },
        Operation { name: "entry", route: get("/api/vocabularies/{type}/{id+}"), ..Operation::DEFAULT },
        Operation { name: "publish", route: post("/api/records/{id}/draft/publish"), ..Operation::DEFAULT },
        Operation { name: "missing", route: everything_else(), ..Operation::DEFAULT },
    ];

    fn found(method: &str, path: &str) -> String {
        let method = http::Method::from_bytes(method.as_bytes()).unwrap();
        let found = Routes::new(TABLE.iter()).find(&method, path).unwrap();
        let params: Vec<String> =
            found.params.iter().map(|(name, value)| format!(" {name}={value}")).collect();
        format!("{}{}", found.operation.name, params.concat())
    }

    #[test]
    fn a_method_and_a_path_mean_one_operation() {
        assert_eq!(found("GET", "/api/records"), "search");
        assert_eq!(found("POST", "/api/records"), "create");
        assert_eq!(found("GET", "/api/records/"), "search");
        assert_eq!(found("GET", "/api/records/a1"), "read id=a1");
        assert_eq!(found("PUT", "/api/records/a1/draft"), "save id=a1");
        assert_eq!(found("POST", "/api/records/suggest/draft/publish"), "publish id=suggest");
    }

    #[test]
    fn literal_beats_variable_beats_greedy() {
        assert_eq!(found("GET", "/api/records/suggest"), "literal");
        assert_eq!(found("GET", "/api/vocabularies/languages"), "types type=languages");
        assert_eq!(found("GET", "/api/vocabularies/names/0000/1"), "entry type=names id=0000/1");
        assert_eq!(found("GET", "/api/vocabularies/names/https://x/"), "entry type=names id=https://x/");
    }

    #[test]
    fn other_methods_go_to_the_operation_that_reads_or_else_the_first() {
        assert_eq!(found("HEAD", "/api/records"), "search");
        assert_eq!(found("OPTIONS", "/api/records"), "search");
        assert_eq!(found("DELETE", "/api/records"), "search");
        assert_eq!(found("BREW", "/api/records/a/draft/publish"), "publish id=a");
    }

    #[test]
    fn all_else_has_its_own_operation() {
        for path in [
            "",
            "/",
            "//",
            "/api",
            "/api/",
            "/api//",
            "/api/records//",
            "/api/records//draft",
            "/api/records/a/",
            "//api/records",
            "/API/records",
            "/api/records/a/draft/nothing",
            "/api/vocabularies/names/",
            "*",
        ] {
            assert_eq!(found("GET", path), "missing", "{path}");
        }
    }
}
