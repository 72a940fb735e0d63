//! What a caller may not see tells nothing: neither by what is found, nor by what is counted.

use cairn_model::{Identity, Query, kind::Kind, policy::Action, query::Clauses};
use cairn_ports::search::{Facet, FacetKind};

use super::{fields::matches, within};

/// What `query` finds where the caller may see every field that it asks about, by the same table that leaves fields out
/// of what is shown. A name with `*` that stands for such a field too finds nothing where that is hidden.
pub fn guarded(query: Query, kind: &Kind, who: &Identity) -> Query {
    let all = |queries: Vec<Query>| queries.into_iter().map(|query| guarded(query, kind, who)).collect();
    match query {
        Query::Bool(clauses) => {
            let Clauses { must, filter, should, must_not } = *clauses;
            let (must, filter) = (all(must), all(filter));
            Query::Bool(Box::new(Clauses { must, filter, should: all(should), must_not: all(must_not) }))
        }
        Query::Boost(inner, factor) => Query::Boost(Box::new(guarded(*inner, kind, who)), factor),
        leaf => {
            let mut filters = seen(&names(&leaf), kind, who);
            if filters.is_empty() {
                return leaf;
            }
            // It does not count for relevance: how rare a word is in such a field would tell of what is not seen.
            filters.insert(0, leaf);
            within(Query::All, filters)
        }
    }
}

/// The same facet, counting only documents of which the caller may see what is counted.
pub fn counted(facet: Facet, kind: &Kind, who: &Identity) -> Facet {
    let fields = match &facet.kind {
        FacetKind::Terms { field, .. } | FacetKind::Years { field } => vec![field.as_str()],
        FacetKind::Nested { field, inner, .. } => vec![field.as_str(), inner.as_str()],
    };
    Facet { among: Query::all_of(seen(&fields, kind, who)), ..facet }
}

/// Where the caller may see all of these fields.
fn seen(names: &[&str], kind: &Kind, who: &Identity) -> Vec<Query> {
    let mut actions: Vec<Action> = Vec::new();
    for action in names.iter().flat_map(|name| guards(name, kind)) {
        if !actions.contains(&action) {
            actions.push(action);
        }
    }
    actions.into_iter().map(|action| kind.policy.filter(who, action)).collect()
}

/// The fields that a single condition asks about.
fn names(leaf: &Query) -> Vec<&str> {
    match leaf {
        Query::Term { field, .. }
        | Query::Terms { field, .. }
        | Query::Range { field, .. }
        | Query::Within { field, .. }
        | Query::Near { field, .. }
        | Query::Exists { field } => vec![field],
        Query::Words { fields, .. }
        | Query::Phrase { fields, .. }
        | Query::Wildcard { fields, .. }
        | Query::Fuzzy { fields, .. } => fields.iter().map(|(field, _)| field.as_str()).collect(),
        Query::All | Query::Nothing | Query::Ids(_) | Query::Bool(_) | Query::Boost(..) => Vec::new(),
    }
}

/// What one has to be allowed to do to see all that `name` stands for.
fn guards<'k>(name: &'k str, kind: &'k Kind) -> impl Iterator<Item = Action> + 'k {
    let fixed = name.split('*').next().unwrap_or_default();
    let is_pattern = fixed.len() < name.len();
    let mappings = [kind.mapping, kind.drafts].into_iter().flatten();
    let mapped: Vec<&str> = mappings.flat_map(|mapping| mapping.fields).map(|mapped| mapped.path).collect();
    let is_hit = move |path: &str| {
        let covers = |field: &str| {
            field.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let stands_for = |field: &str| covers(field) && matches(name, field);
        covers(fixed) || (is_pattern && mapped.iter().any(|field| stands_for(field)))
    };
    kind.guarded.iter().filter(move |(path, _)| is_hit(path)).map(|(_, action)| *action)
}

#[cfg(test)]
mod tests {
    use cairn_model::kinds::records::RECORD;

    use super::*;
    use crate::search::facets::{FacetOption, Kind as Counted, Labels};

    fn is_hidden(name: &str) -> bool {
        let leaf = Query::Wildcard { fields: vec![(name.into(), 1.0)], pattern: "secret*".into() };
        guarded(leaf.clone(), &RECORD, &Identity::nobody()) != leaf
    }

    #[test]
    fn whatever_stands_for_a_guarded_field_is_guarded() {
        for name in [
            "files.entries.key",
            "files.entries.key.keyword",
            "files.entries",
            "files.count",
            "files.types",
            "files.*",
            "files.e*",
            "files.entries.*",
            "f*",
            "*.key",
            "*.types",
            "*.*",
            "media_files.entries.key",
        ] {
            assert!(is_hidden(name), "{name}");
        }
        for name in ["files.enabled", "metadata.title", "metadata.*", "*.title", "id", "filesystem"] {
            assert!(!is_hidden(name), "{name}");
        }
    }

    #[test]
    fn conditions_are_guarded_however_deep_they_are() {
        let leaf = Query::term("files.types", "csv");
        let hidden = guarded(leaf.clone(), &RECORD, &Identity::nobody());
        assert_ne!(hidden, leaf);
        let around = |query: Query| {
            let boosted = Query::Boost(Box::new(query.clone()), 2.0);
            Query::Bool(Box::new(Clauses {
                must: vec![boosted],
                filter: vec![query.clone()],
                should: vec![query.clone()],
                must_not: vec![query],
            }))
        };
        assert_eq!(guarded(around(leaf), &RECORD, &Identity::nobody()), around(hidden));
        let unnamed = Query::Ids(vec!["a".into()]);
        assert_eq!(guarded(unnamed.clone(), &RECORD, &Identity::nobody()), unnamed);
    }

    #[test]
    fn guarded_fields_are_counted_where_they_are_seen() {
        let facet = |field| {
            let kind = Counted::Terms { field, size: 10 };
            let facet = FacetOption { name: "x", label: "X", kind, labels: Labels::Key }.facet();
            counted(facet, &RECORD, &Identity::nobody()).among
        };
        assert_eq!(facet("access.status"), Query::All);
        assert_ne!(facet("files.types"), Query::All);
    }
}
