//! The command line: what `cairn` can be asked to do, one file per command.

mod api;
mod backup;
mod console;
mod deadletters;
mod dois;
mod download;
mod events;
#[cfg(test)]
mod fake;
mod folder;
mod import;
mod jobs;
mod operations;
mod options;
mod reindex;
mod restore;
mod serve;
mod status;
mod table;
mod transfer;
mod upload;
mod users;
mod verify;
mod vocabularies;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use console::Console;
pub use folder::DataLock;
use options::{Globals, Secret, TokenOption};

const EXAMPLES: &str = "\
Examples:
  cairn serve                                     start a repository on this machine
  cairn users create ada@example.org --token cli  add a person, with a token for scripts
  cairn import records.jsonl.gz --publish         deposit and publish a file of drafts
  cairn upload abcde-12345 data/                  send a folder of files to a draft
  cairn --url https://data.example.org status     ask a repository somewhere else
  cairn backup /backups/today                     copy the data, also while serving

Exit status: 0 all done, 1 something failed, 2 the command line is wrong.";

/// The command line of `cairn`.
#[derive(Parser)]
#[command(name = "cairn", version, about = "Cairn, a research data repository", after_help = EXAMPLES)]
pub struct Cli {
    #[command(flatten)]
    globals: Globals,
    /// Token to authenticate with. Default for a repository on this machine: the administrator's, from
    /// `admin-token` in the data folder
    #[arg(
        long,
        id = "cli_token",
        long = "token",
        value_name = "TOKEN",
        env = "CAIRN_TOKEN",
        hide_env_values = true
    )]
    token: Option<Secret>,
    #[command(subcommand)]
    command: Command,
}

impl Cli {
    /// Whether it asks for a server, which lives long, with the index in it.
    #[must_use]
    pub fn serves_index(&self) -> bool {
        matches!(&self.command, Command::Serve(serve) if serve.has_index())
    }
}

#[derive(Subcommand)]
enum Command {
    /// Run a repository on this machine
    Serve(Box<serve::Serve>),
    /// Add people, see who is there, manage their tokens
    Users(users::Users),
    /// Deposit a file of drafts, one JSON object per line
    Import(import::Import),
    /// Send files to a draft; again after an interruption, only what is missing
    Upload(upload::Upload),
    /// Fetch the files of a record, or list them
    Download(download::Download),
    /// Have long work done, see how far it came, stop it, start it again
    Jobs(jobs::Jobs),
    /// Fill vocabularies: organisations, people, awards, subjects, and one's own
    Vocabularies(vocabularies::Vocabularies),
    /// Make the search index anew while the repository goes on
    Reindex(reindex::Reindex),
    /// Compare the search index with what is stored, and mend what differs
    Verify(verify::Verify),
    /// Look at messages that nobody could act on, and send them again
    #[command(name = "deadletters")]
    DeadLetters(deadletters::DeadLetters),
    /// Send archived events to a subscriber again
    Events(events::Events),
    /// Show how the repository is doing
    Status(TokenOption),
    /// List the operations of the HTTP API
    Operations(TokenOption),
    /// Copy the data folder, also while the repository is running
    Backup(backup::Backup),
    /// Put a backup into an empty data folder
    Restore(restore::Restore),
}

/// How a command ended that ran to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// All was done.
    Done,
    /// Parts failed, and have been reported.
    SomeFailed,
}

/// A command line that asks for something impossible; the text says what to do instead.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Usage(String);

/// Runs one command and reports its errors. Exit status: 0 done, 1 failed, 2 wrong usage.
pub fn run(cli: &Cli) -> ExitCode {
    let mut console = Console::standard(cli.globals.json);
    match execute(cli, &mut console) {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::SomeFailed) => ExitCode::from(1),
        // Whoever reads our output has seen enough (`cairn users list | head`).
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            console.error(&error);
            ExitCode::from(if error.is::<Usage>() { 2 } else { 1 })
        }
    }
}

fn execute(cli: &Cli, console: &mut Console) -> anyhow::Result<Ending> {
    match &cli.command {
        Command::Serve(serve) => serve.run(&cli.globals.data),
        Command::Backup(backup) => backup.run(&cli.globals.data, console),
        Command::Restore(restore) => restore.run(&cli.globals.data, console),
        _ => {
            let runtime =
                tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
            runtime.block_on(talk(cli, console))
        }
    }
}

/// The commands that talk to a running repository.
async fn talk(cli: &Cli, console: &mut Console) -> anyhow::Result<Ending> {
    let access = |option: &TokenOption| cli.globals.access(option.token.as_ref().or(cli.token.as_ref()));
    match &cli.command {
        Command::Users(users) => users.run(&access(&users.token_option())?, console).await,
        Command::Import(import) => import.run(&access(&import.token)?, console).await,
        Command::Upload(upload) => upload.run(&access(&upload.token)?, console).await,
        Command::Download(download) => download.run(&access(&download.token)?, console).await,
        Command::Jobs(jobs) => jobs.run(&access(jobs.token_option())?, console).await,
        Command::Vocabularies(vocabularies) => {
            vocabularies.run(&access(vocabularies.token_option())?, console).await
        }
        Command::Reindex(reindex) => reindex.run(&access(&reindex.token)?, console).await,
        Command::Verify(verify) => verify.run(&access(&verify.token)?, console).await,
        Command::DeadLetters(letters) => letters.run(&access(letters.token_option())?, console).await,
        Command::Events(events) => events.run(&access(events.token_option())?, console).await,
        Command::Status(option) => status::run(&access(option)?, console).await,
        Command::Operations(option) => operations::run(&access(option)?, console).await,
        Command::Serve(_) | Command::Backup(_) | Command::Restore(_) => Ok(Ending::Done),
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_token_may_stand_before_or_after_the_command() {
        for line in [["cairn", "--token", "t", "status"], ["cairn", "status", "--token", "t"]] {
            assert!(Cli::try_parse_from(line).is_ok());
        }
    }

    #[test]
    fn the_token_of_users_create_is_the_name_of_a_new_one() {
        let line = ["cairn", "--token", "secret", "users", "create", "a@b.org", "--token", "laptop"];
        let cli = Cli::try_parse_from(line).unwrap();
        assert!(cli.token.is_some_and(|token| token.reveal() == "secret"));
    }

    #[test]
    fn wrong_usage_is_told_apart() {
        assert!(Cli::try_parse_from(["cairn", "import"]).is_err());
        assert!(Cli::try_parse_from(["cairn", "--url", "ftp://x", "status"]).is_err());
        assert!(Cli::try_parse_from(["cairn", "import", "x", "--concurrency", "0"]).is_err());
    }
}
