//! Finding a browser and its WebDriver for the checks that need a real one. On Debian and its kin the packages are
//! installed when they are missing; elsewhere the person is told what to install, since every system has its own way.

use crate::{process, tools, workspace};
use anyhow::{Context, Result, bail};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Start flags that make the browser quiet and repeatable. Without a sandbox, as containers and root allow none; the
/// only pages it opens are our own.
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

/// A browser with the driver that fits it.
#[derive(Debug)]
pub(crate) struct Browser {
    /// Chromium or Chrome.
    pub(crate) chrome: PathBuf,
    /// Its WebDriver.
    pub(crate) driver: PathBuf,
}

impl Browser {
    /// Finds both, installing what can be installed.
    pub(crate) fn ensure() -> Result<Self> {
        if let Some(found) = Self::find() {
            return Ok(found);
        }
        if Path::new("/etc/debian_version").is_file() && tools::on_path("apt-get").is_some() {
            println!("Installing the packages chromium and chromium-driver: the browser checks need them (once)");
            apt(&["update", "--quiet"])?;
            apt(&["install", "--quiet", "--yes", "--no-install-recommends", "chromium", "chromium-driver"])?;
        }
        Self::find().with_context(|| {
            let missing = if chrome().is_some() { "chromedriver" } else { "Chrome or Chromium (and chromedriver)" };
            format!(
                "the browser checks need {missing}: install it, or name the programs in CHROME and CHROMEDRIVER \
                 (both must be of the same major version)"
            )
        })
    }

    fn find() -> Option<Self> {
        Some(Self { chrome: chrome()?, driver: driver()? })
    }

    /// Writes the capabilities that the browser test runner asks for into a file and gives its path.
    pub(crate) fn write_capabilities(&self) -> Result<PathBuf> {
        let capabilities = serde_json::json!({ "goog:chromeOptions": { "binary": self.chrome, "args": FLAGS } });
        let path = workspace::target().join("webdriver.json");
        fs::create_dir_all(workspace::target())
            .and_then(|()| fs::write(&path, capabilities.to_string()))
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }

    /// Tells a command which browser to use.
    pub(crate) fn name_to(&self, command: &mut Command) {
        command.env("CHROME", &self.chrome).env("CHROMEDRIVER", &self.driver);
    }
}

fn chrome() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
    let places = [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    ];
    find("CHROME", &names, &places)
}

fn driver() -> Option<PathBuf> {
    let places = ["/usr/lib/chromium-browser/chromedriver", "/opt/homebrew/bin/chromedriver"];
    find("CHROMEDRIVER", &["chromedriver"], &places)
}

/// What the variable names, else a program on the path, else a file in a usual place.
fn find(variable: &str, names: &[&str], places: &[&str]) -> Option<PathBuf> {
    if let Some(path) = env::var_os(variable).filter(|value| !value.is_empty()) {
        return Some(PathBuf::from(path));
    }
    let on_path = names.iter().find_map(|name| tools::on_path(name));
    on_path.or_else(|| places.iter().map(PathBuf::from).find(|path| path.is_file()))
}

fn apt(arguments: &[&str]) -> Result<()> {
    let root = process::output(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    let mut command = if root {
        Command::new("apt-get")
    } else if tools::on_path("sudo").is_some() {
        let mut command = Command::new("sudo");
        command.arg("apt-get");
        command
    } else {
        bail!("as root, run: apt-get {}", arguments.join(" "));
    };
    process::run_attached(command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
}
