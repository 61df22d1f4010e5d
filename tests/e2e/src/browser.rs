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
        let driver = program("CHROMEDRIVER", &["/usr/bin/chromedriver", "chromedriver"])?;
        let chrome = program("CHROME", &["/usr/bin/chromium", "/usr/bin/google-chrome"])?;
        let mut command = Command::new(driver);
        command.arg("--port=0");
        let (driver, port) = process::start(&mut command, port_in).await?;
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

/// The driver says "ChromeDriver was started successfully on port 12345."
fn port_in(line: &str) -> Option<u16> {
    line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok()
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
