//! What one journey plays on: started fresh for each, so that journeys share nothing and can run side by side, and taken
//! down however the journey ends.

use crate::{
    backend::{Addresses, Backend},
    browser::{Browser, ConsoleLine},
    page::Page,
    process::root,
    site::Site,
    wire::Wire,
};
use anyhow::{Context, Result, anyhow};
use futures_util::FutureExt;
use std::{
    env, fs,
    panic::AssertUnwindSafe,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

/// How a stage is set.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// How fast the scripted agent plays; 1 is its natural pace.
    pub speed: f64,
    /// Whether a backend runs when the page is opened.
    pub online: bool,
}

impl Default for Setting {
    fn default() -> Self {
        Self { speed: 10.0, online: true }
    }
}

/// A backend, the wires to it, and the page.
#[derive(Debug)]
pub struct Stage {
    /// The page, not opened yet.
    pub page: Page,
    /// Everything that goes over the WebSocket.
    pub ws: Wire,
    /// Everything that goes over HTTP.
    pub http: Wire,
    /// Where the page comes from.
    pub site: Site,
    /// A folder of this journey's own, for files that it gives to the page or gets from it.
    pub folder: PathBuf,
    backend: Backend,
    /// Where the backend listens, while it runs.
    addresses: Option<Addresses>,
}

impl Stage {
    async fn set(setting: Setting, folder: &Path) -> Result<Self> {
        let (ws, http) = (Wire::new().await?, Wire::new().await?);
        let site = Site::start(http.address(), ws.address()).await?;
        let page = Page::new(Browser::start().await?, site.url());
        let backend = Backend::new(folder, setting.speed);
        let mut stage = Self { page, ws, http, site, folder: folder.to_path_buf(), backend, addresses: None };
        if setting.online {
            stage.start_backend().await?;
        }
        Ok(stage)
    }

    /// Starts the backend, on the database it had before.
    pub async fn start_backend(&mut self) -> Result<()> {
        let addresses = self.backend.start().await?;
        self.http.lead_to(addresses.http);
        self.ws.lead_to(addresses.ws);
        self.addresses = Some(addresses);
        Ok(())
    }

    /// Lets sockets through again after they were refused.
    pub fn allow_sockets(&self) {
        if let Some(addresses) = self.addresses {
            self.ws.lead_to(addresses.ws);
        }
    }

    /// Lets requests reach the backend again after they led elsewhere.
    pub fn allow_requests(&self) {
        if let Some(addresses) = self.addresses {
            self.http.lead_to(addresses.http);
        }
    }

    /// Starts the backend anew with nothing of what it knew.
    pub async fn replace_backend(&mut self) -> Result<()> {
        self.kill_backend().await?;
        self.backend.forget()?;
        self.start_backend().await
    }

    /// Starts the backend anew, on the database it had, at another pace: see [`Backend::set_pace`].
    pub async fn change_pace(&mut self, speed: f64, join: Option<u32>) -> Result<()> {
        self.kill_backend().await?;
        self.backend.set_pace(speed, join);
        self.start_backend().await
    }

    /// Ends the backend as a crash would.
    pub async fn kill_backend(&mut self) -> Result<()> {
        self.backend.kill().await?;
        self.http.refuse();
        self.ws.refuse();
        Ok(())
    }

    /// What went wrong in the browser so far: errors of the app, blocked by the policy, or missing files.
    pub async fn complaints(&self) -> Result<Vec<ConsoleLine>> {
        let lines = self.page.browser().console().await?;
        Ok(lines
            .into_iter()
            .filter(|line| line.level == "SEVERE" || line.message.contains("Content Security"))
            .collect())
    }
}

/// Sets the stage, plays a journey on it, and takes it down. When the journey fails, what was on the page and in the
/// console is told with the failure, and a picture is left in the journey's folder.
pub async fn play(setting: Setting, journey: impl AsyncFnOnce(&mut Stage) -> Result<()>) -> Result<()> {
    let folder = folder()?;
    let mut stage = Stage::set(setting, &folder).await?;
    // A failed assertion must not leave a browser behind, so the panic waits until it is closed.
    let result = AssertUnwindSafe(journey(&mut stage)).catch_unwind().await;
    let report = if matches!(result, Ok(Ok(()))) { String::new() } else { report(&stage, &folder).await };
    stage.kill_backend().await?;
    stage.page.into_browser().close().await?;
    match result {
        Ok(result) => result.map_err(|error| anyhow!("{error:#}\n{report}")),
        Err(panic) => {
            // Beside the panic's own message, which the test program prints.
            fs::write(folder.join("report.txt"), report)?;
            std::panic::resume_unwind(panic)
        }
    }
}

/// What can be said about a failed journey. Every part may fail itself, for the browser may be what failed.
async fn report(stage: &Stage, folder: &Path) -> String {
    let picture = match stage.page.browser().client().screenshot().await {
        Ok(picture) => fs::write(folder.join("page.png"), picture).map_err(anyhow::Error::from),
        Err(error) => Err(error.into()),
    };
    format!(
        "folder: {}\npicture: {picture:?}\nrows: {:#?}\nconsole: {:#?}",
        folder.display(),
        stage.page.rows().await,
        stage.page.browser().console().await,
    )
}

/// A new folder for one journey's database, logs and pictures. The journeys are told apart by process and number.
fn folder() -> Result<PathBuf> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let scratch =
        env::var_os("DISPATCH_E2E_SCRATCH").map_or_else(|| root().join("target/test-data/e2e"), PathBuf::from);
    let name = format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let folder = scratch.join(name);
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    Ok(folder)
}
