//! `cairn serve`: a repository on this machine, until Ctrl-C.

use std::{io::Write, net::SocketAddr, path::Path};

use anyhow::Context;
use cairn_core::Settings;
use clap::Args;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;
use url::Url;

use super::{
    Ending,
    folder::{DataLock, files},
};
use crate::{
    server::Server,
    site::{Site, TOKEN_FILE},
};

const EXAMPLES: &str = "\
Examples:
  cairn serve
  CAIRN_DATA=/var/lib/cairn CAIRN_ADDR=0.0.0.0:8080 SITE_URL=https://data.example.org cairn serve
  cairn --data /tmp/try serve --address 127.0.0.1:0       a free port, which is printed

The first start makes an administrator, and leaves their token in the data folder, in the file admin-token.";

/// `cairn serve`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Serve {
    /// Where to listen; port 0 takes a free one
    #[arg(long, env = "CAIRN_ADDR", value_name = "HOST:PORT", default_value = "127.0.0.1:8080")]
    address: String,
    /// The address that all links begin with. Default: where it listens
    #[arg(long, env = "SITE_URL", value_name = "URL", value_parser = site_url)]
    site_url: Option<String>,
    /// The prefix of OAI identifiers. Default: the host of the site's address
    #[arg(long, env = "CAIRN_OAI_PREFIX", value_name = "NAME")]
    oai_prefix: Option<String>,
    /// What to log, to standard error, as JSON
    #[arg(long, env = "CAIRN_LOG", value_name = "FILTER", default_value = "warn")]
    log: String,
    /// Tell in `x-cairn-trips` how many calls to store and index each request made
    #[arg(long, env = "CAIRN_DEBUG_TRIPS", hide = true, default_value = "0", num_args = 0..=1,
          default_missing_value = "1", value_parser = ["0", "1"])]
    debug_trips: String,
}

impl Serve {
    /// Serves until told to stop.
    pub(crate) fn run(&self, data: &Path) -> anyhow::Result<Ending> {
        let filter = EnvFilter::try_new(&self.log).context("the log filter cannot be read")?;
        tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).init();
        files::make_private_folder(data).with_context(|| format!("cannot make {}", data.display()))?;
        let _lock = DataLock::take(data)?;
        tokio::runtime::Builder::new_multi_thread()
            .max_blocking_threads(blocking_threads())
            .enable_all()
            .build()?
            .block_on(self.serve(data))
    }

    async fn serve(&self, data: &Path) -> anyhow::Result<Ending> {
        let mut interrupted = signal(SignalKind::interrupt())?;
        let mut terminated = signal(SignalKind::terminate())?;
        let server = Server::bind(&self.address)
            .await
            .with_context(|| format!("cannot listen on {}", self.address))?;
        let site = tokio::select! {
            site = self.start(data, &server) => site?,
            _ = interrupted.recv() => return Ok(Ending::Done),
            _ = terminated.recv() => return Ok(Ending::Done),
        };
        tokio::select! {
            () = site.work() => {}
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
        server.stop().await;
        Ok(Ending::Done)
    }

    async fn start(&self, data: &Path, server: &Server) -> anyhow::Result<Site> {
        let settings = self.settings(server.address);
        say(&format!("Cairn listens on http://{}", server.address))?;
        let folder = data.to_path_buf();
        let counts_trips = self.debug_trips == "1";
        let site =
            tokio::task::spawn_blocking(move || Site::open(&folder, &settings, counts_trips)).await??;
        if let Some(token) = site.prepare(data).await? {
            let path = data.join(TOKEN_FILE);
            say(&format!("The administrator's token, also in {}: {token}", path.display()))?;
        }
        server.ready(site.gateway.clone());
        say("Ready.")?;
        Ok(site)
    }

    fn settings(&self, address: SocketAddr) -> Settings {
        let site_url = self.site_url.clone().unwrap_or_else(|| format!("http://{address}"));
        let host = Url::parse(&site_url).ok().and_then(|url| url.host_str().map(str::to_owned));
        let oai_prefix = self.oai_prefix.clone().or(host).unwrap_or_else(|| "localhost".into());
        Settings { site_url, oai_prefix }
    }
}

/// Threads for reads and searches. Each keeps memory of its own; more than the processors can use would only wait.
fn blocking_threads() -> usize {
    std::thread::available_parallelism().map_or(4, |processors| (2 * processors.get()).max(4))
}

/// An address without a slash at its end.
fn site_url(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|error| format!("{error}; write it like https://data.example.org"))?;
    if !matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some() {
        return Err("write it like https://data.example.org".into());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn say(line: &str) -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{line}")?;
    output.flush()
}
