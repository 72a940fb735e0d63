//! Users: who may sign in, and what others may see of them.

use crate::{
    fields::data::EmptyObject,
    identity::ADMINISTRATOR,
    kind::Kind,
    mapping::{
        FieldType::{Boolean, Date, Keyword, Text, TextAndKeyword},
        Mapped, Mapping,
    },
    policy::{Action, Policy, Rule},
    schema::Schema,
};

/// Read what others may see.
pub const READ: Action = Action("read");
/// Read what the user and managers may see.
pub const READ_DETAILS: Action = Action("read_details");
/// Read the e-mail address.
pub const READ_EMAIL: Action = Action("read_email");
/// Read and change what only managers may.
pub const MANAGE: Action = Action("manage");
/// Find the user in the public search.
pub const SEARCH: Action = Action("search");
/// Manage one's own tokens.
pub const TOKENS: Action = Action("tokens");

static POLICY: Policy = Policy {
    rules: &[
        (MANAGE, &[Rule::Role(ADMINISTRATOR)]),
        (TOKENS, &[Rule::UserAt("id"), Rule::SameAs(MANAGE)]),
        (READ_DETAILS, &[Rule::UserAt("id"), Rule::SameAs(MANAGE)]),
        (READ, &[Rule::SameAs(READ_DETAILS), PUBLIC_PROFILE]),
        (SEARCH, &[Rule::SameAs(READ)]),
        (READ_EMAIL, &[Rule::SameAs(READ_DETAILS), PUBLIC_EMAIL]),
    ],
};

const PUBLIC_PROFILE: Rule =
    Rule::Where { path: "preferences.visibility", value: "public", then: &[Rule::Known], otherwise: &[] };
const PUBLIC_EMAIL: Rule = Rule::Where {
    path: "preferences.email_visibility",
    value: "public",
    then: &[Rule::Known],
    otherwise: &[],
};

const fn mapped(path: &'static str, kind: crate::mapping::FieldType) -> Mapped {
    Mapped { path, kind }
}

/// How users are indexed.
pub static MAPPING: Mapping = Mapping {
    index: "users",
    fields: &[
        mapped("id", Keyword),
        mapped("username", TextAndKeyword),
        mapped("email", TextAndKeyword),
        mapped("public_email", TextAndKeyword),
        mapped("domain", Keyword),
        mapped("profile.full_name", Text),
        mapped("profile.affiliations", TextAndKeyword),
        mapped("preferences.visibility", Keyword),
        mapped("preferences.email_visibility", Keyword),
        mapped("role", Keyword),
        mapped("status", Keyword),
        mapped("visibility", Keyword),
        mapped("domain_status", Keyword),
        mapped("domaininfo.status", Keyword),
        mapped("domaininfo.tld", Keyword),
        mapped("domaininfo.flagged", Boolean),
        mapped("active", Boolean),
        mapped("blocked", Boolean),
        mapped("confirmed", Boolean),
        mapped("verified", Boolean),
        mapped("created", Date),
        mapped("updated", Date),
    ],
    defaults: &[
        ("username", 1.0),
        ("public_email", 1.0),
        ("profile.full_name", 1.0),
        ("profile.affiliations", 1.0),
    ],
    unreturned: &[],
};

/// A user.
pub static USER: Kind = Kind {
    name: "user",
    collection: "users",
    table: super::ACCOUNTS,
    schema: Schema {
        id: "users/user-v1.0.0.json",
        text: include_str!("../../schemas/users/user-v1.0.0.json"),
        older: &[],
    },
    fields: &[&EmptyObject("profile"), &EmptyObject("preferences")],
    relations: &[],
    mapping: Some(&MAPPING),
    drafts: None,
    policy: &POLICY,
    guarded: &[
        ("created", READ_DETAILS),
        ("updated", READ_DETAILS),
        ("revision_id", READ_DETAILS),
        ("active", READ_DETAILS),
        ("confirmed", READ_DETAILS),
        ("blocked", READ_DETAILS),
        ("verified", READ_DETAILS),
        ("status", MANAGE),
        ("visibility", MANAGE),
        ("email", READ_EMAIL),
        ("domain", READ_DETAILS),
        ("domaininfo", MANAGE),
        ("preferences", READ_DETAILS),
        ("blocked_at", MANAGE),
        ("verified_at", MANAGE),
        ("confirmed_at", MANAGE),
        ("current_login_at", MANAGE),
        ("current_login_ip", MANAGE),
        ("last_login_at", MANAGE),
        ("last_login_ip", MANAGE),
        ("login_count", MANAGE),
        ("roles", MANAGE),
        ("profile.roles", MANAGE),
    ],
    index_only: &["public_email", "domain_status", "role", "stored", "touch"],
    layout: &[
        "id",
        "created",
        "updated",
        "links",
        "revision_id",
        "active",
        "confirmed",
        "blocked",
        "verified",
        "status",
        "visibility",
        "is_current_user",
        "email",
        "domain",
        "domaininfo",
        "identities",
        "username",
        "profile",
        "preferences",
        "blocked_at",
        "verified_at",
        "confirmed_at",
        "current_login_at",
        "current_login_ip",
        "last_login_at",
        "last_login_ip",
        "login_count",
        "roles",
    ],
};
