//! Policies: rules as data with two readings. May they do it? And which documents may they find?
//!
//! Both readings come of one walk over the rules, and tests hold them against each other.

use serde_json::{Map, Value};

use crate::{
    fields::sharing,
    identity::Identity,
    query::{Query, any_at, is_text},
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
    /// Those whom a grant of one of these permissions is for.
    Granted(&'static [&'static str]),
    /// Those who came by a link with one of these permissions. It opens what is asked for by its id, and is never searched
    /// by. InvenioRDM: search reference §6.
    Linked(&'static [&'static str]),
    /// Those who proved who they are, if one of the rules holds.
    KnownAnd(&'static [Rule]),
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

    fn is(&self, path: &str, value: &str) -> bool {
        self.any_at(path, &mut |found| is_text(found, value))
    }

    fn any_at(&self, path: &str, passes: &mut dyn FnMut(&'a Value) -> bool) -> bool {
        let (root, path) = match (self.parent, path.strip_prefix("parent.")) {
            (Some(parent), Some(rest)) => (parent, rest),
            _ => (self.document, path),
        };
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        root.get(first).is_some_and(|found| any_at(found, rest, passes))
    }
}

/// What the walk over the rules makes of them.
trait Reading {
    type Answer;
    fn always(&self, holds: bool) -> Self::Answer;
    fn is(&self, path: &str, value: &str) -> Self::Answer;
    fn granted(&self, who: &Identity, permissions: &[&str]) -> Self::Answer;
    fn linked(&self, who: &Identity, permissions: &[&str]) -> Self::Answer;
    fn any(&self, answers: impl Iterator<Item = Self::Answer>) -> Self::Answer;
    fn choose(
        &self,
        is: Self::Answer,
        then: impl FnOnce() -> Self::Answer,
        otherwise: impl FnOnce() -> Self::Answer,
    ) -> Self::Answer;
}

/// May they do it to this one?
impl Reading for Subject<'_> {
    type Answer = bool;

    fn always(&self, holds: bool) -> bool {
        holds
    }

    fn is(&self, path: &str, value: &str) -> bool {
        Subject::is(self, path, value)
    }

    fn granted(&self, who: &Identity, permissions: &[&str]) -> bool {
        self.any_at(sharing::GRANTS, &mut |grant| {
            let (kind, id) = (&grant["subject"]["type"], &grant["subject"]["id"]);
            permissions.iter().any(|permission| grant["permission"] == *permission)
                && who.holders().any(|holder| *kind == holder.0 && *id == holder.1)
        })
    }

    fn linked(&self, who: &Identity, permissions: &[&str]) -> bool {
        let Some(key) = who.key() else { return false };
        self.any_at(sharing::LINKS, &mut |link| sharing::opens(link, key, permissions))
    }

    fn any(&self, mut answers: impl Iterator<Item = bool>) -> bool {
        answers.any(|holds| holds)
    }

    fn choose(&self, is: bool, then: impl FnOnce() -> bool, otherwise: impl FnOnce() -> bool) -> bool {
        if is { then() } else { otherwise() }
    }
}

/// Which ones may they do it to?
struct Documents;

impl Reading for Documents {
    type Answer = Query;

    fn always(&self, holds: bool) -> Query {
        if holds { Query::All } else { Query::Nothing }
    }

    fn is(&self, path: &str, value: &str) -> Query {
        Query::term(path, value)
    }

    fn granted(&self, who: &Identity, permissions: &[&str]) -> Query {
        let tokens = permissions.iter().flat_map(|permission| {
            who.holders().map(move |(kind, id)| sharing::grant_token(permission, kind, id))
        });
        Query::Terms { field: sharing::GRANT_TOKENS.into(), values: tokens.collect() }
    }

    fn linked(&self, _who: &Identity, _permissions: &[&str]) -> Query {
        Query::Nothing
    }

    fn any(&self, answers: impl Iterator<Item = Query>) -> Query {
        Query::any_of(answers)
    }

    fn choose(&self, is: Query, then: impl FnOnce() -> Query, otherwise: impl FnOnce() -> Query) -> Query {
        Query::any_of([Query::all_of([is.clone(), then()]), Query::all_of([Query::without(is), otherwise()])])
    }
}

impl Policy {
    /// The caller may do this to this subject.
    pub fn allows(&self, who: &Identity, action: Action, subject: Subject<'_>) -> bool {
        self.read(who, action, &subject)
    }

    /// What the caller may do this to, as a query.
    pub fn filter(&self, who: &Identity, action: Action) -> Query {
        self.read(who, action, &Documents)
    }

    fn read<R: Reading>(&self, who: &Identity, action: Action, reading: &R) -> R::Answer {
        if who.is_system() {
            return reading.always(true);
        }
        let rules = self.rules.iter().find(|(name, _)| *name == action).map_or(&[][..], |(_, rules)| rules);
        self.any(who, rules, reading)
    }

    fn any<R: Reading>(&self, who: &Identity, rules: &[Rule], reading: &R) -> R::Answer {
        reading.any(rules.iter().map(|rule| self.rule(who, rule, reading)))
    }

    fn rule<R: Reading>(&self, who: &Identity, rule: &Rule, reading: &R) -> R::Answer {
        match rule {
            Rule::Anyone => reading.always(true),
            Rule::Known => reading.always(who.is_known()),
            Rule::System => reading.always(who.is_system()),
            Rule::Role(name) => reading.always(who.has_role(name)),
            Rule::UserAt(path) => match who.id() {
                Some(user) => reading.is(path, user.as_str()),
                None => reading.always(false),
            },
            Rule::SameAs(action) => self.read(who, *action, reading),
            Rule::Granted(permissions) => reading.granted(who, permissions),
            Rule::Linked(permissions) => reading.linked(who, permissions),
            Rule::KnownAnd(rules) if who.is_known() => self.any(who, rules, reading),
            Rule::KnownAnd(_) => reading.always(false),
            Rule::Where { path, value, then, otherwise } => reading.choose(
                reading.is(path, value),
                || self.any(who, then, reading),
                || self.any(who, otherwise, reading),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{identity::UserId, query::values_at};
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
        let dump = Value::Object(dump);
        let found = POLICY.filter(who, action).holds(&|path| values_at(&dump, path));
        assert_eq!(apart, found, "both readings agree");
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
