//! `cairn users`: people and their tokens.

mod create;
mod list;
mod tokens;

use clap::{Args, Subcommand};

use super::Ending;
use super::console::Console;
use super::options::{Access, TokenOption};

/// `cairn users …`.
#[derive(Args)]
pub(crate) struct Users {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Add a person
    Create(create::Create),
    /// Show everybody
    List(list::List),
    /// See, make and revoke a person's tokens
    #[command(subcommand)]
    Tokens(tokens::Tokens),
}

impl Users {
    /// The token to authenticate with, if it stands behind the command.
    pub(crate) fn token_option(&self) -> TokenOption {
        match &self.command {
            Command::Create(_) => TokenOption::default(),
            Command::List(list) => list.token.clone(),
            Command::Tokens(tokens) => tokens.token_option(),
        }
    }

    /// Runs the command.
    pub(crate) async fn run(&self, access: &Access, console: &mut Console) -> anyhow::Result<Ending> {
        access.require_token()?;
        match &self.command {
            Command::Create(create) => create.run(access, console).await,
            Command::List(list) => list.run(access, console).await,
            Command::Tokens(tokens) => tokens.run(access, console).await,
        }
    }
}
