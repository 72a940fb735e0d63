//! Policies: rules as data with two readings. May they do it? And which documents may they find?
//!
//! Both readings are the same query over the same document, so they cannot disagree.

use serde_json::{Map, Value};

use crate::{
    identity::Identity,
    query::{Query, values_at},
};

/// Something that can be done to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Action(pub &'static str);

/// Who may; a list of rules holds when any of them does.
#[derive(Debug, Clone, Copy)]
pub enum Rule {
    /// Everybody, known or not.
    Anyone,
    /// Everybody who proved who they are.
    Known,
    /// Cairn itself and nobody else.
    System,
    /// Holders of a role.
    Role(&'static str),
    /// The user whose id stands at this path of the document.
    UserAt(&'static str),
    /// Whoever may do the other action.
    SameAs(Action),
    /// Depends on the document: the value at `path` is `value`.
    Where {
        /// Dotted path.
        path: &'static str,
        /// The value as text.
        value: &'static str,
        /// Rules where it is.
        then: &'static [Rule],
        /// Rules where it is not.
        otherwise: &'static [Rule],
    },
}

/// The rules of one kind. An action without rules is the system's alone.
#[derive(Debug)]
pub struct Policy {
    /// Rules by action.
    pub rules: &'static [(Action, &'static [Rule])],
}

/// What a rule looks at: a record's document, and its parent's under `parent.`.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    document: &'a Map<String, Value>,
    parent: Option<&'a Map<String, Value>>,
}

impl<'a> Subject<'a> {
    /// A document by itself (a dump holds its parent inside).
    pub fn document(document: &'a Map<String, Value>) -> Self {
        Self { document, parent: None }
    }

    /// A document and the parent it belongs to.
    pub fn with_parent(document: &'a Map<String, Value>, parent: &'a Map<String, Value>) -> Self {
        Self { document, parent: Some(parent) }
    }

    fn values(&self, path: &str) -> Vec<&'a Value> {
        let (root, path) = match (self.parent, path.strip_prefix("parent.")) {
            (Some(parent), Some(rest)) => (parent, rest),
            _ => (self.document, path),
        };
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        root.get(first).map(|value| values_at(value, rest)).unwrap_or_default()
    }
}

impl Policy {
    /// The caller may do this to this subject.
    pub fn allows(&self, who: &Identity, action: Action, subject: Subject<'_>) -> bool {
        self.filter(who, action).holds(&|path| subject.values(path))
    }

    /// What the caller may do this to, as a query.
    pub fn filter(&self, who: &Identity, action: Action) -> Query {
        if who.is_system() {
            return Query::All;
        }
        let rules = self.rules.iter().find(|(name, _)| *name == action).map_or(&[][..], |(_, rules)| rules);
        self.any_of(who, rules)
    }

    fn any_of(&self, who: &Identity, rules: &[Rule]) -> Query {
        Query::any_of(rules.iter().map(|rule| self.query(who, rule)))
    }

    fn query(&self, who: &Identity, rule: &Rule) -> Query {
        let when = |condition: bool| if condition { Query::All } else { Query::Nothing };
        match rule {
            Rule::Anyone => Query::All,
            Rule::Known => when(who.is_known()),
            Rule::System => when(who.is_system()),
            Rule::Role(name) => when(who.has_role(name)),
            Rule::UserAt(path) => who.id().map_or(Query::Nothing, |user| Query::term(*path, user.as_str())),
            Rule::SameAs(action) => self.filter(who, *action),
            Rule::Where { path, value, then, otherwise } => {
                let is = Query::term(*path, *value);
                Query::any_of([
                    Query::all_of([is.clone(), self.any_of(who, then)]),
                    Query::all_of([Query::without(is), self.any_of(who, otherwise)]),
                ])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::UserId;
    use serde_json::json;

    const READ: Action = Action("read");
    const VIEW: Action = Action("view");
    const POLICY: Policy = Policy {
        rules: &[
            (VIEW, &[Rule::UserAt("parent.owner"), Rule::Role("admin")]),
            (
                READ,
                &[Rule::Where {
                    path: "access",
                    value: "restricted",
                    then: &[Rule::SameAs(VIEW)],
                    otherwise: &[Rule::Anyone],
                }],
            ),
        ],
    };

    fn may(who: &Identity, action: Action, access: &str) -> bool {
        let (document, parent) = (json!({"access": access}), json!({"owner": "7"}));
        let (document, parent) = (document.as_object().unwrap(), parent.as_object().unwrap());
        let mut dump = document.clone();
        dump.insert("parent".into(), Value::Object(parent.clone()));
        let apart = POLICY.allows(who, action, Subject::with_parent(document, parent));
        assert_eq!(apart, POLICY.allows(who, action, Subject::document(&dump)), "both shapes agree");
        apart
    }

    #[test]
    fn restricted_documents_are_for_those_who_may_view_them() {
        let user = |id: &str, roles: &[&str]| {
            Identity::user(UserId(id.into()), roles.iter().map(ToString::to_string))
        };
        assert!(may(&Identity::nobody(), READ, "public"));
        assert!(!may(&Identity::nobody(), READ, "restricted"));
        assert!(may(&user("7", &[]), READ, "restricted"));
        assert!(!may(&user("8", &[]), READ, "restricted"));
        assert!(may(&user("8", &["admin"]), READ, "restricted"));
        assert!(may(&Identity::system(), Action("anything"), "restricted"));
        assert!(!may(&user("7", &["admin"]), Action("anything"), "public"));
    }
}
