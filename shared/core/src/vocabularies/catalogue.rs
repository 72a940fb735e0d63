//! Which vocabularies there are, and how each is searched. InvenioRDM: vocabularies reference, search parameters.

use cairn_model::Revision;

use crate::search::Typos;

/// A vocabulary.
#[derive(Debug, Clone, Copy)]
pub struct Vocabulary {
    /// Its id: the path segment below `/api/vocabularies/`, or below `/api/` for those with fields of their own.
    pub id: &'static str,
    /// InvenioRDM's short name of its identifiers.
    pub pid_type: &'static str,
    /// It has fields, sorts and suggestions of its own.
    pub own_fields: bool,
    /// Sort without a query.
    pub default_sort: &'static str,
    /// The revision of a new entry, as InvenioRDM counts.
    pub first_revision: Revision,
    /// Where suggestions are looked for, with weights.
    pub suggest: &'static [(&'static str, f32)],
    /// Whether suggestions bear with typing errors.
    pub typos: Typos,
}

/// What begins with the id comes before whatever titles say, and the beginning of all of it before that of a part.
const TITLES: &[(&str, f32)] = &[("id.keyword", 1_000.0), ("id", 900.0), ("title.en", 1.0)];

/// What most have in common.
const PLAIN: Vocabulary = Vocabulary {
    id: "",
    pid_type: "",
    own_fields: false,
    default_sort: "title",
    first_revision: Revision::FIRST,
    suggest: TITLES,
    typos: Typos::Refused,
};

const fn generic(id: &'static str, pid_type: &'static str) -> Vocabulary {
    Vocabulary { id, pid_type, ..PLAIN }
}

const ORGANISATION: &[(&str, f32)] = &[
    ("acronym.keyword", 50.0),
    ("acronym", 10.0),
    ("name", 10.0),
    ("aliases", 5.0),
    ("title", 2.0),
    ("id.keyword", 1.0),
    ("identifiers.identifier", 1.0),
    ("country_name", 1.0),
];

/// Every vocabulary, by id.
pub static VOCABULARIES: &[Vocabulary] = &[
    Vocabulary {
        id: "affiliations",
        pid_type: "aff",
        own_fields: true,
        default_sort: "name",
        first_revision: Revision(2),
        suggest: ORGANISATION,
        typos: Typos::Otherwise,
    },
    Vocabulary {
        id: "awards",
        pid_type: "awa",
        own_fields: true,
        default_sort: "newest",
        first_revision: Revision(2),
        suggest: &[
            ("acronym.keyword", 100.0),
            ("acronym", 50.0),
            ("number", 10.0),
            ("identifiers.identifier", 10.0),
            ("title", 1.0),
            ("id.keyword", 1.0),
        ],
        typos: Typos::Otherwise,
    },
    generic("code:developmentStatus", "ds"),
    generic("code:programmingLanguages", "pl"),
    generic("communitytypes", "comtyp"),
    generic("contributorsroles", "cor"),
    generic("creatorsroles", "crr"),
    generic("datetypes", "dat"),
    generic("descriptiontypes", "dty"),
    Vocabulary {
        id: "funders",
        pid_type: "fun",
        own_fields: true,
        default_sort: "name",
        first_revision: Revision(2),
        suggest: ORGANISATION,
        typos: Typos::Otherwise,
    },
    generic("languages", "lng"),
    generic("licenses", "lic"),
    Vocabulary {
        id: "names",
        pid_type: "names",
        own_fields: true,
        default_sort: "name",
        first_revision: Revision(3),
        typos: Typos::Allowed,
        suggest: &[
            ("name", 5.0),
            ("given_name", 1.0),
            ("family_name", 1.0),
            ("affiliations.acronym", 3.0),
            ("affiliations.name", 1.0),
            ("identifiers.identifier", 1.0),
            ("id.keyword", 1.0),
        ],
    },
    generic("relationtypes", "rlt"),
    generic("removalreasons", "rem"),
    generic("resourcetypes", "rsrct"),
    Vocabulary {
        id: "subjects",
        pid_type: "sub",
        own_fields: true,
        default_sort: "subject",
        suggest: &[("subject", 100.0), ("scheme", 20.0), ("title", 20.0), ("synonyms", 20.0)],
        typos: Typos::Otherwise,
        ..PLAIN
    },
    generic("titletypes", "ttyp"),
];

/// The vocabulary with this id.
pub fn find(id: &str) -> Option<&'static Vocabulary> {
    VOCABULARIES.iter().find(|vocabulary| vocabulary.id == id)
}

#[cfg(test)]
mod tests {
    use cairn_model::metadata::TITLED;

    use super::VOCABULARIES;

    #[test]
    fn custom_fields_may_refer_to_every_vocabulary_of_titles() {
        let titled = VOCABULARIES.iter().filter(|vocabulary| !vocabulary.own_fields);
        assert_eq!(titled.map(|vocabulary| vocabulary.id).collect::<Vec<_>>(), TITLED);
    }
}
