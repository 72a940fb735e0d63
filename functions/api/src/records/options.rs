//! What searches of records offer. InvenioRDM: search reference, facets and sort.

use cairn_core::search::{
    Options,
    facets::{FacetOption, Kind, Labels},
    params::{BEST_MATCH, NEWEST, Narrowing, OLDEST, SortOption},
};

/// Values on a level of a facet.
const SIZE: usize = 10;

const PUBLICATION_DATE: FacetOption = FacetOption {
    name: "publication_date",
    label: "Publication date",
    kind: Kind::Years { field: "metadata.publication_date_range" },
    labels: Labels::Key,
};
const ACCESS_STATUS: FacetOption = FacetOption {
    name: "access_status",
    label: "Access status",
    kind: Kind::Terms { field: "access.status", size: SIZE },
    labels: Labels::Table(&[
        ("open", "Open"),
        ("embargoed", "Embargoed"),
        ("restricted", "Restricted"),
        ("metadata-only", "Metadata-only"),
    ]),
};
const FILE_TYPE: FacetOption = FacetOption {
    name: "file_type",
    label: "File type",
    kind: Kind::Terms { field: "files.types", size: SIZE },
    labels: Labels::Capitals,
};
const RESOURCE_TYPE: FacetOption = FacetOption {
    name: "resource_type",
    label: "Resource types",
    kind: Kind::Nested {
        field: "metadata.resource_type.props.type",
        inner: "metadata.resource_type.props.subtype",
        size: SIZE,
    },
    labels: Labels::Titles("resourcetypes"),
};
const IS_PUBLISHED: FacetOption = FacetOption {
    name: "is_published",
    label: "Status",
    kind: Kind::Terms { field: "is_published", size: SIZE },
    labels: Labels::Table(&[("true", "Published"), ("false", "Unpublished")]),
};

const SORTS: &[SortOption] = &[
    BEST_MATCH,
    NEWEST,
    OLDEST,
    SortOption { name: "updated-desc", path: Some("updated"), descending: true },
    SortOption { name: "updated-asc", path: Some("updated"), descending: false },
    SortOption { name: "version", path: Some("versions.index"), descending: true },
    SortOption { name: "mostviewed", path: Some("stats.all_versions.unique_views"), descending: true },
    SortOption {
        name: "mostdownloaded",
        path: Some("stats.all_versions.unique_downloads"),
        descending: true,
    },
];

/// Published records.
pub static RECORDS: Options = Options {
    path: "/api/records",
    sorts: SORTS,
    facets: &[PUBLICATION_DATE, ACCESS_STATUS, FILE_TYPE, RESOURCE_TYPE],
    flags: &["allversions", "expand", "highlight", "shared_with_me"],
    silent_flags: &["include_deleted"],
    narrowing: &[Narrowing { name: "status", field: "deletion_status.status", values: &["P", "D", "X"] }],
    points: Some("metadata.locations.features.geometry"),
    ..Options::DEFAULT
};

/// One's own drafts and records.
pub static OWN: Options = Options {
    path: "/api/user/records",
    without_query: "updated-desc",
    facets: &[PUBLICATION_DATE, ACCESS_STATUS, IS_PUBLISHED, RESOURCE_TYPE, FILE_TYPE],
    narrowing: &[],
    ..RECORDS
};

/// The versions of a record.
pub static VERSIONS: Options =
    Options { path: "", with_query: "version", without_query: "version", facets: &[], ..RECORDS };
