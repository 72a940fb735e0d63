//! `cairn vocabularies`: filling vocabularies from what registries publish, and from files of one's own.

mod import;
#[cfg(test)]
mod tests;

use clap::{Args, Subcommand};

use super::{
    Ending,
    console::Console,
    options::{Access, TokenOption},
};

const EXAMPLES: &str = "\
Examples:
  cairn vocabularies import v2.0-2026-10-15-ror-data.zip --kind affiliations --format ror
  cairn vocabularies import v2.0-2026-10-15-ror-data.zip --kind funders --format ror
  cairn vocabularies import ORCID_2026_10_summaries.tar.gz --kind names --format orcid
  cairn vocabularies import project.tar --kind awards --format openaire
  cairn vocabularies import cordis-HORIZONprojects-xml.zip --kind awards --format cordis --only-update
  cairn vocabularies import desc2026.gz --kind subjects --format mesh
  cairn vocabularies import gemet.rdf.gz --kind subjects --format gemet
  cairn vocabularies import licences.yaml --kind licenses

The file is read entry by entry and sent in parts; then the repository writes what differs, as a job that survives
whatever dies (`cairn jobs`). The same file again changes nothing. What is faulty is reported with its place and reason on
standard error, and the rest goes in. What a file does not say of an entry stays as it is.";

/// `cairn vocabularies …`.
#[derive(Args)]
pub(crate) struct Vocabularies {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write the entries of a file into a vocabulary: only what differs
    #[command(after_help = EXAMPLES)]
    Import(import::Import),
}

impl Vocabularies {
    /// The token to authenticate with, if it stands behind the command.
    pub(crate) fn token_option(&self) -> &TokenOption {
        let Command::Import(import) = &self.command;
        &import.token
    }

    /// Runs the command.
    pub(crate) async fn run(&self, access: &Access, console: &mut Console) -> anyhow::Result<Ending> {
        let Command::Import(import) = &self.command;
        import.run(access, console).await
    }
}
