//! One command for a running console: a backend and the page, from a checkout on which nothing was installed by hand.
//! Everything that can be known to fail (a busy port, code that does not compile) is found before anything is started,
//! and whatever ends the command, nothing it started stays behind.

use crate::{
    backend::{self, Backend, BackendOptions},
    compress,
    process::{self, Service},
    tools::PageTools,
    workspace,
};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::{
    fs,
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

/// Where the page looks for a backend unless it is told otherwise (`design.md`: addresses and settings).
const HTTP_PORT: u16 = 24203;
const WS_PORT: u16 = 24205;

/// How `cargo xtask serve` runs.
#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    /// Build for speed instead of for debugging; no live reload
    #[arg(long)]
    release: bool,
    /// The port of the page
    #[arg(long, default_value_t = 24204)]
    port: u16,
    /// The port of the backend's HTTP side
    #[arg(long, default_value_t = HTTP_PORT)]
    http_port: u16,
    /// The port of the backend's WebSocket side
    #[arg(long, default_value_t = WS_PORT)]
    ws_port: u16,
    /// How fast the scripted agent plays: 2 is twice its usual pace
    #[arg(long)]
    speed: Option<f64>,
    /// The backend's database file [default: dispatch.sqlite in the target folder]
    #[arg(long)]
    db: Option<PathBuf>,
    /// The address to listen on; alone, all of them: other machines can then reach the backend, which asks no password
    #[arg(long, num_args = 0..=1, default_value = "127.0.0.1", default_missing_value = "0.0.0.0")]
    host: IpAddr,
}

impl ServeArguments {
    /// An address under which this machine reaches the port.
    fn reach(&self, port: u16) -> SocketAddr {
        let host = if self.host.is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { self.host };
        SocketAddr::new(host, port)
    }

    /// The page finds a backend on the usual ports by itself; other ports must be written into it.
    fn page_config(&self) -> Option<String> {
        let usual = self.http_port == HTTP_PORT && self.ws_port == WS_PORT;
        let config = || {
            let (http, ws) = (self.reach(self.http_port), self.reach(self.ws_port));
            serde_json::json!({ "http": format!("http://{http}"), "ws": format!("ws://{ws}") }).to_string()
        };
        (!usual).then(config)
    }
}

/// Starts both, waits until we are told to stop or one of them ends, and stops what is left.
pub(crate) fn serve(arguments: &ServeArguments) -> Result<()> {
    let ports = [
        (arguments.port, "the page", "--port"),
        (arguments.http_port, "the backend's HTTP side", "--http-port"),
        (arguments.ws_port, "the backend's WebSocket side", "--ws-port"),
    ];
    for (port, what, flag) in ports {
        check_port(SocketAddr::new(arguments.host, port), what, flag)?;
    }
    let database = database(arguments.db.as_deref())?;
    let tools = PageTools::ensure()?;

    println!("Building the backend (the first time takes a few minutes)");
    let program = backend::build(if arguments.release { "server" } else { "dev" })?;
    println!("Building the page (the first time takes a few minutes)");
    build_page(arguments.release)?;

    let host = arguments.host.to_string();
    let options = BackendOptions {
        host: &host,
        http: arguments.http_port,
        ws: arguments.ws_port,
        database: &database,
        speed: arguments.speed,
    };
    let mut backend = Backend::start(&program, &options)?;
    let mut page = start_page(&tools, arguments)?;
    let address = arguments.reach(arguments.port);
    wait_for_page(address, &mut [&mut backend.service, &mut page])?;

    println!("\n  The console:  http://{address}");
    println!("  Its backend:  http://{} and ws://{}", backend.http, backend.ws);
    println!("  Its database: {}", database.display());
    if arguments.host.is_unspecified() && arguments.page_config().is_some() {
        println!("  On other machines, set the server addresses under Settings: the ports are not the usual ones");
    }
    println!("  Ctrl-C stops both\n");

    let ended = wait_for_end(&mut [&mut backend.service, &mut page]);
    println!("Stopping");
    // The page first: it should not see its backend go and start to reconnect.
    page.stop();
    backend.service.stop();
    ended
}

/// A port that is taken would show up minutes later, deep in the output of a child.
fn check_port(address: SocketAddr, what: &str, flag: &str) -> Result<()> {
    // Dropped at once: only a moment passes until the child binds it, compared with the minutes of a build.
    TcpListener::bind(address)
        .map(drop)
        .with_context(|| format!("{address} (for {what}) cannot be used: choose another port with {flag}"))
}

fn database(chosen: Option<&Path>) -> Result<PathBuf> {
    let path = match chosen {
        Some(path) => std::path::absolute(path)?,
        None => workspace::target().join("dispatch.sqlite"),
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    Ok(path)
}

/// trunk goes on serving when the first build fails; built beforehand, with the same settings, a failure ends us.
fn build_page(release: bool) -> Result<()> {
    let mut command = workspace::cargo(&["build", "--target", workspace::WASM_TARGET, "--package", "dispatch-web"]);
    if release {
        command.arg("--release");
    }
    process::run(&mut command).context("the page does not build")
}

fn start_page(tools: &PageTools, arguments: &ServeArguments) -> Result<Service> {
    // A folder of its own, so that `dist` keeps what was last built for release.
    let dist = workspace::target().join("serve");
    if dist.is_dir() {
        fs::remove_dir_all(&dist).with_context(|| format!("cannot empty {}", dist.display()))?;
    }
    let mut command = tools.trunk(&["serve"])?;
    command.args(["--address", &arguments.host.to_string(), "--port", &arguments.port.to_string()]);
    command.arg("--dist").arg(&dist).args(["--disable-address-lookup", "true"]);
    if arguments.release {
        command.args(["--release", "true", "--no-autoreload", "true"]);
    }
    if let Some(config) = arguments.page_config() {
        command.env(compress::CONFIG_VARIABLE, config);
    }
    Service::start("trunk serve", &mut command)
}

/// trunk listens only after its first build; its first answer tells whether there is a page.
fn wait_for_page(address: SocketAddr, services: &mut [&mut Service]) -> Result<()> {
    loop {
        check_running(services)?;
        match status_of(address) {
            Some(200) => return Ok(()),
            Some(status) => {
                bail!("trunk could not put the page together (it answers {status}); see its messages above")
            }
            None => thread::sleep(Duration::from_millis(200)),
        }
    }
}

fn wait_for_end(services: &mut [&mut Service]) -> Result<()> {
    while !process::interrupted() {
        check_running(services)?;
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

fn check_running(services: &mut [&mut Service]) -> Result<()> {
    if process::interrupted() {
        bail!("interrupted");
    }
    for service in services {
        if let Some(status) = service.ended()? {
            bail!("{} ended by itself ({status}); its last messages are above", service.name());
        }
    }
    Ok(())
}

/// The status of the answer to a plain request for the page, if there is one.
fn status_of(address: SocketAddr) -> Option<u16> {
    let timeout = Duration::from_secs(5);
    let mut stream = TcpStream::connect_timeout(&address, timeout).ok()?;
    stream.set_read_timeout(Some(timeout)).ok()?;
    write!(stream, "GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").ok()?;
    let mut start = [0; 12];
    stream.read_exact(&mut start).ok()?;
    std::str::from_utf8(&start).ok()?.strip_prefix("HTTP/1.1 ")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::check_port;
    use std::net::TcpListener;

    #[test]
    fn a_taken_port_is_named_together_with_its_flag() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        let message = check_port(address, "the page", "--port").unwrap_err().to_string();
        assert!(message.contains(&address.to_string()) && message.ends_with("--port"), "{message}");
        drop(taken);
        check_port(address, "the page", "--port").unwrap();
    }
}
