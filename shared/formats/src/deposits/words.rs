//! Words that depositions spell in another way than vocabularies do.

/// Relations, whose ids are the same in small letters.
const RELATIONS: [&str; 40] = [
    "isCitedBy",
    "cites",
    "isSupplementTo",
    "isSupplementedBy",
    "isContinuedBy",
    "continues",
    "isDescribedBy",
    "describes",
    "hasMetadata",
    "isMetadataFor",
    "hasVersion",
    "isVersionOf",
    "isNewVersionOf",
    "isPreviousVersionOf",
    "isPartOf",
    "hasPart",
    "isPublishedIn",
    "isReferencedBy",
    "references",
    "isDocumentedBy",
    "documents",
    "isCompiledBy",
    "compiles",
    "isVariantFormOf",
    "isOriginalFormOf",
    "isIdenticalTo",
    "isReviewedBy",
    "reviews",
    "isDerivedFrom",
    "isSourceOf",
    "isRequiredBy",
    "requires",
    "isObsoletedBy",
    "obsoletes",
    "isTranslationOf",
    "hasTranslation",
    "isCollectedBy",
    "collects",
    "other",
    ALTERNATE,
];

/// The relation of a record to itself under another identifier.
pub(super) const ALTERNATE: &str = "isAlternateIdentifier";

/// Roles of contributors, whose ids are the same in small letters.
const ROLES: [&str; 22] = [
    "ContactPerson",
    "DataCollector",
    "DataCurator",
    "DataManager",
    "Distributor",
    "Editor",
    "HostingInstitution",
    "Producer",
    "ProjectLeader",
    "ProjectManager",
    "ProjectMember",
    "RegistrationAgency",
    "RegistrationAuthority",
    "RelatedPerson",
    "Researcher",
    "ResearchGroup",
    "RightsHolder",
    "Sponsor",
    "Supervisor",
    "Translator",
    "WorkPackageLeader",
    "Other",
];

/// Licences that had other ids, or none that others know: those have a title.
const LICENCES: [(&str, &str); 4] = [
    ("cc-zero", "cc0-1.0"),
    ("cc-by", "cc-by-4.0"),
    ("cc-by-sa", "cc-by-sa-4.0"),
    ("cc-by-nc", "cc-by-nc-4.0"),
];
const OTHERS: [(&str, &str); 5] = [
    ("other-open", "Other (Open)"),
    ("other-pd", "Other (Public Domain)"),
    ("other-at", "Other (Attribution)"),
    ("other-nc", "Other (Non-Commercial)"),
    ("other-closed", "Other (Not Open)"),
];

/// Who pays: what is left of their DOI without `10.13039/`, and their id in the Research Organization Registry.
const FUNDERS: [(&str, &str); 12] = [
    ("501100000780", "00k4n6c32"), // European Commission
    ("501100000781", "0472cxd90"), // European Research Council
    ("100000001", "021nxhr62"),    // National Science Foundation
    ("100000002", "01cwqze88"),    // National Institutes of Health
    ("100010269", "029chgv08"),    // Wellcome Trust
    ("501100001711", "00yjd3n13"), // Swiss National Science Foundation
    ("501100001871", "00snfqn58"), // Fundação para a Ciência e a Tecnologia
    ("501100002428", "013tf3c58"), // Austrian Science Fund
    ("501100001665", "00rbzpz17"), // Agence Nationale de la Recherche
    ("501100001659", "018mejw64"), // Deutsche Forschungsgemeinschaft
    ("501100003246", "04jsz6e67"), // Nederlandse Organisatie voor Wetenschappelijk Onderzoek
    ("501100000923", "05mmh0f86"), // Australian Research Council
];
const FUNDER_DOIS: &str = "10.13039/";
/// Grants without a funder are of the European Commission.
pub(super) const EUROPEAN_COMMISSION: &str = "00k4n6c32";

/// How depositions write the relation of this id.
pub(super) fn relation(id: &str) -> &str {
    RELATIONS.into_iter().find(|word| word.eq_ignore_ascii_case(id)).unwrap_or(id)
}

/// How depositions write the role of this id.
pub(super) fn role(id: &str) -> &str {
    ROLES.into_iter().find(|word| word.eq_ignore_ascii_case(id)).unwrap_or(id)
}

/// The id of a licence, by the one that a deposition gives.
pub(super) fn licence(given: &str) -> String {
    let given = given.trim().to_ascii_lowercase();
    LICENCES.iter().find(|(old, _)| *old == given).map_or(given, |(_, id)| (*id).to_owned())
}

/// The title of a licence that no vocabulary has.
pub(super) fn other_licence(given: &str) -> Option<&'static str> {
    OTHERS.iter().find(|(id, _)| given.eq_ignore_ascii_case(id)).map(|(_, title)| *title)
}

/// What depositions call a licence of this title.
pub(super) fn titled_licence(title: &str) -> Option<&'static str> {
    OTHERS.iter().find(|(_, known)| *known == title).map(|(id, _)| *id)
}

/// The id of a funder, by the one that a deposition gives.
pub(super) fn funder(given: &str) -> &str {
    let bare = given.strip_prefix(FUNDER_DOIS).unwrap_or(given);
    FUNDERS.iter().find(|(doi, _)| *doi == bare).map_or(given, |(_, id)| *id)
}

/// What depositions call the funder of this id.
pub(super) fn funder_doi(id: &str) -> String {
    let known = FUNDERS.iter().find(|(_, known)| *known == id);
    known.map_or_else(|| id.to_owned(), |(doi, _)| format!("{FUNDER_DOIS}{doi}"))
}
