//! `cairn serve`: a repository on this machine, until Ctrl-C.

use std::{io::Write, net::SocketAddr, path::Path};

use anyhow::Context;
use cairn_aws::s3::Further;
use cairn_core::{Settings, app::DELETION_DAYS, files::Quota, stats::Openness};
use cairn_model::{Hosts, metadata::CustomFields};
use cairn_ports::OwnFields;
use clap::Args;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;
use url::Url;

use super::{
    Ending,
    dois::Identifying,
    folder::{DataLock, files},
};
use crate::{
    server::{Server, by_gateway, by_storage},
    site::{Site, TOKEN_FILE},
    storage::BUCKET,
};

const EXAMPLES: &str = "\
Examples:
  cairn serve
  CAIRN_DATA=/var/lib/cairn CAIRN_ADDR=0.0.0.0:8080 SITE_URL=https://data.example.org cairn serve
  cairn --data /tmp/try serve --address 127.0.0.1:0       a free port, which is printed

The first start makes an administrator, and leaves their token in the data folder, in the file admin-token.";

/// How far the port for files is from the repository's own.
const FILES_PORT: u16 = 1_000;

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
    /// Where files are sent and fetched, as S3. Default: the port above and 1,000, or any that is free
    #[arg(long, env = "CAIRN_FILES_ADDR", value_name = "HOST:PORT")]
    files_address: Option<String>,
    /// The address under which clients find that. Default: http, the host of the site, and that port
    #[arg(long, env = "FILES_URL", value_name = "URL", value_parser = site_url)]
    files_url: Option<String>,
    /// Most files of one version of a record
    #[arg(long, env = "CAIRN_MAX_FILES", value_name = "N", default_value_t = Quota::default().files)]
    max_files: u64,
    /// Most bytes of the files of one version of a record
    #[arg(long, env = "CAIRN_QUOTA", value_name = "BYTES", default_value_t = Quota::default().bytes)]
    quota: u64,
    /// Most bytes of one file
    #[arg(long, env = "CAIRN_MAX_FILE_SIZE", value_name = "BYTES", default_value_t = Quota::default().file_bytes)]
    max_file_size: u64,
    /// Hosts that files may be linked to, separated by commas: [private:|loopback:][http://]HOST[:PORT]
    #[arg(long, env = "CAIRN_REMOTE_HOSTS", value_name = "HOSTS", default_value = "")]
    remote_hosts: Hosts,
    /// Further storage locations: a JSON list of {name, bucket, endpoint, region, profile}
    #[arg(long, env = "CAIRN_LOCATIONS", value_name = "JSON")]
    locations: Option<String>,
    /// The location of new files. Default: `objects`, the folder of that name
    #[arg(long, env = "CAIRN_LOCATION", value_name = "NAME")]
    location: Option<String>,
    /// The OpenSearch to search in, in place of the index in the data folder
    #[arg(long, env = "CAIRN_OPENSEARCH", value_name = "URL", value_parser = site_url)]
    opensearch: Option<String>,
    /// Who may ask for statistics by `POST /api/stats`: nobody, administrators, everybody
    #[arg(long, env = "CAIRN_STATS_QUERY", value_name = "WHO", default_value = "nobody")]
    stats_query: Openness,
    /// Days after publication in which owners may delete their records; 0: never
    #[arg(long, env = "CAIRN_DELETION_DAYS", value_name = "DAYS", default_value_t = DELETION_DAYS)]
    deletion_days: u32,
    /// Days after publication in which owners may change files of their records; 0: never
    #[arg(long, env = "CAIRN_FILE_MODIFICATION_DAYS", value_name = "DAYS", default_value_t = 0)]
    file_modification_days: u32,
    /// Fields of records beside their metadata: packaged sets (journal, imprint, thesis, meeting, codemeta) or a JSON list
    #[arg(long, env = "CAIRN_CUSTOM_FIELDS", value_name = "SETS", default_value = "", value_parser = CustomFields::parse)]
    custom_fields: &'static CustomFields,
    #[command(flatten)]
    dois: Identifying,
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
    /// Whether the index that is searched is in the data folder.
    pub(super) fn has_index(&self) -> bool {
        self.opensearch.is_none()
    }

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
        let files = self.bind_files(server.address).await?;
        let site = tokio::select! {
            site = self.start(data, &server, &files) => site?,
            _ = interrupted.recv() => return Ok(Ending::Done),
            _ = terminated.recv() => return Ok(Ending::Done),
        };
        tokio::select! {
            () = site.work() => {}
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
        tokio::join!(server.stop(), files.stop());
        Ok(Ending::Done)
    }

    /// Unless an address is named: the repository's own port and 1,000, or any that is free.
    async fn bind_files(&self, own: SocketAddr) -> anyhow::Result<Server> {
        if let Some(address) = &self.files_address {
            return Server::bind(address).await.with_context(|| format!("cannot listen on {address}"));
        }
        let next = own.port().checked_add(FILES_PORT).map(|port| SocketAddr::new(own.ip(), port));
        if let Some(next) = next
            && let Ok(server) = Server::bind(next).await
        {
            return Ok(server);
        }
        Server::bind((own.ip(), 0)).await.with_context(|| format!("no port is free on {}", own.ip()))
    }

    async fn start(&self, data: &Path, server: &Server, files: &Server) -> anyhow::Result<Site> {
        let settings = self.settings(server.address)?;
        say(&format!("Cairn listens on http://{}", server.address))?;
        let folder = data.to_path_buf();
        let counts_trips = self.debug_trips == "1";
        let endpoint = self.files_url.clone().unwrap_or_else(|| self.files_endpoint(files.address));
        let further = Further::parse(self.locations.as_deref(), self.location.as_deref(), BUCKET)?;
        let opensearch = self.opensearch.as_deref();
        let fields = OwnFields::of(self.custom_fields);
        let site =
            Site::open(&folder, &settings, &endpoint, &further, opensearch, fields, counts_trips).await?;
        if let Some(token) = site.prepare(data).await? {
            let path = data.join(TOKEN_FILE);
            say(&format!("The administrator's token, also in {}: {token}", path.display()))?;
        }
        server.ready(by_gateway(site.gateway.clone()));
        files.ready(by_storage(site.storage.clone()));
        say("Ready.")?;
        Ok(site)
    }

    /// Where clients find the files: at the host where they find the site.
    fn files_endpoint(&self, files: SocketAddr) -> String {
        let site = self.site_url.as_deref().and_then(|url| Url::parse(url).ok());
        match site.as_ref().and_then(Url::host_str) {
            Some(host) => format!("http://{host}:{}", files.port()),
            None => format!("http://{files}"),
        }
    }

    fn settings(&self, address: SocketAddr) -> anyhow::Result<Settings> {
        let site_url = self.site_url.clone().unwrap_or_else(|| format!("http://{address}"));
        let host = Url::parse(&site_url).ok().and_then(|url| url.host_str().map(str::to_owned));
        let oai_prefix = self.oai_prefix.clone().or(host).unwrap_or_else(|| "localhost".into());
        Ok(Settings {
            composes: true,
            quota: Quota { bytes: self.quota, file_bytes: self.max_file_size, files: self.max_files },
            remote_hosts: self.remote_hosts.clone(),
            stats_query: self.stats_query,
            deletion_days: self.deletion_days,
            file_modification_days: self.file_modification_days,
            minting: self.dois.minting()?,
            ..Settings::new(site_url, oai_prefix)
        })
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
