//! A browser of its own for each journey, with an empty profile, driven over WebDriver.

use crate::process;
use anyhow::{Context, Result, bail};
use fantoccini::{
    Client, ClientBuilder,
    elements::Element,
    wd::{TimeoutConfiguration, WebDriverCompatibleCommand},
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{path::PathBuf, time::Duration};
use tokio::process::{Child, Command};
use url::{ParseError, Url};

/// Quiet, repeatable, and without a sandbox (containers and root allow none; it opens only our own pages).
const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
];

/// Longer than any script of a bench.
const LONG_SCRIPT: Duration = Duration::from_secs(100);

/// How many drivers may find their port taken: of thousands of ports, few are in use.
const DRIVERS: usize = 10;

/// A running browser. Close it: dropping it ends its driver, but not always the browser itself.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    /// Ends when it is dropped.
    _driver: Child,
}

/// A line of the browser's console, or a message of the browser itself (a failed request, a blocked script).
#[derive(Debug, Clone, Deserialize)]
pub struct ConsoleLine {
    /// `SEVERE`, `WARNING`, `INFO` or `DEBUG`.
    pub level: String,
    /// What was said.
    pub message: String,
}

impl Browser {
    /// Starts a driver on a free port and a browser in it.
    pub async fn start() -> Result<Self> {
        let chrome = program("CHROME", &["/usr/bin/chromium", "/usr/bin/google-chrome"])?;
        let (driver, port) = start_driver().await?;
        let capabilities = json!({
            "goog:chromeOptions": { "binary": chrome, "args": FLAGS },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let Value::Object(capabilities) = capabilities else { bail!("capabilities are an object") };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .context("the browser does not start")?;
        Ok(Self { client, _driver: driver })
    }

    /// The WebDriver session.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// What the console has said since it was last asked.
    pub async fn console(&self) -> Result<Vec<ConsoleLine>> {
        let lines = self.client.issue_cmd(Request::post("se/log", json!({ "type": "browser" }))).await?;
        Ok(serde_json::from_value(lines)?)
    }

    /// Asks the browser itself, below the page: for what no person could do through WebDriver, such as composing text.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        let request = Request::post("goog/cdp/execute", json!({ "cmd": command, "params": parameters }));
        self.client.issue_cmd(request).await.with_context(|| format!("the browser refuses {command}"))
    }

    /// Lets scripts take as long as whole benches do.
    pub async fn allow_long_scripts(&self) -> Result<()> {
        let timeouts = TimeoutConfiguration::new(Some(LONG_SCRIPT), Some(LONG_SCRIPT), None);
        Ok(self.client.update_timeouts(timeouts).await?)
    }

    /// Makes the page as large as this, in CSS pixels, whatever the smallest window of the system is.
    pub async fn set_viewport(&self, width: u32, height: u32) -> Result<()> {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await?;
        Ok(())
    }

    /// The role of an element, as assistive tools are told.
    pub async fn role(&self, element: &Element) -> Result<String> {
        self.ask(format!("element/{}/computedrole", &*element.element_id())).await
    }

    /// The name of an element, as assistive tools are told.
    pub async fn name(&self, element: &Element) -> Result<String> {
        self.ask(format!("element/{}/computedlabel", &*element.element_id())).await
    }

    async fn ask(&self, path: String) -> Result<String> {
        let answer = self.client.issue_cmd(Request { path, body: None }).await?;
        Ok(answer.as_str().unwrap_or_default().to_owned())
    }

    /// Ends the browser.
    pub async fn close(self) -> Result<()> {
        Ok(self.client.clone().close().await?)
    }
}

fn program(variable: &str, usual: &[&str]) -> Result<PathBuf> {
    process::locate(variable, usual)
}

/// Starts a driver and gives its port.
///
/// A driver asks the system for a port that is free for IPv6 and wants the same one for IPv4, where a server of another
/// journey may listen. It ends then; the next one is given another port.
async fn start_driver() -> Result<(Child, u16)> {
    let mut command = Command::new(program("CHROMEDRIVER", &["/usr/bin/chromedriver", "chromedriver"])?);
    command.arg("--port=0");
    for _ in 0..DRIVERS {
        if let (driver, Listening::On(port)) = process::start(&mut command, listening).await? {
            return Ok((driver, port));
        }
    }
    bail!("{DRIVERS} drivers found no port that is free for both IPv4 and IPv6")
}

/// What a driver says about its port.
#[derive(Debug, PartialEq, Eq)]
enum Listening {
    On(u16),
    /// Somebody else listens there.
    Taken,
}

fn listening(line: &str) -> Option<Listening> {
    if line.contains("port not available") {
        return Some(Listening::Taken);
    }
    let (_, port) = line.split_once("started successfully on port ")?;
    port.trim_end_matches('.').parse().ok().map(Listening::On)
}

/// A WebDriver command that the client library has no method for.
#[derive(Debug)]
struct Request {
    path: String,
    body: Option<Value>,
}

impl Request {
    fn post(path: &str, body: Value) -> Self {
        Self { path: path.to_owned(), body: Some(body) }
    }
}

impl WebDriverCompatibleCommand for Request {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _url: &Url) -> (http::Method, Option<String>) {
        match &self.body {
            Some(body) => (http::Method::POST, Some(body.to_string())),
            None => (http::Method::GET, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Listening, listening};

    #[test]
    fn a_driver_that_finds_its_port_taken_says_so() {
        assert_eq!(listening("Only local connections are allowed."), None);
        assert_eq!(listening("ChromeDriver was started successfully on port 38581."), Some(Listening::On(38581)));
        assert_eq!(listening("IPv4 port not available. Exiting..."), Some(Listening::Taken));
        assert_eq!(listening("IPv6 port not available. Exiting..."), Some(Listening::Taken));
    }
}
