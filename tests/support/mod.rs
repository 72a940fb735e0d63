//! What tests of the API share: a site of their own, its people, and what they are answered.

mod answer;
pub(crate) mod files;
mod minimal;
pub(crate) mod races;
pub(crate) mod site;
mod user;

pub(crate) use answer::Answer;
pub(crate) use minimal::minimal;
pub(crate) use site::{Extension, Site};
pub(crate) use user::User;
