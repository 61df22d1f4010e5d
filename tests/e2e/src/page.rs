//! The console as a person meets it: things are found by role and accessible name, asked of the browser's own
//! accessibility tree, so that a journey also fails when only assistive tools would be lost.

use crate::{
    browser::Browser,
    rows::{READ, Row},
    wait::{LONG, SOON, until},
};
use anyhow::{Result, bail, ensure};
use fantoccini::{
    Locator,
    actions::{InputSource, KeyAction, KeyActions},
    elements::Element,
    key::Key,
};
use serde::de::DeserializeOwned;

/// Comes to an end when the page has a service worker.
const WATCHED: &str = "
    const workers = navigator.serviceWorker;
    return new Promise((resolve) => {
        const look = () => workers.controller && resolve(true);
        workers.addEventListener('controllerchange', look);
        look();
    });
";

/// The page in one browser. All of it waits for what it needs.
#[derive(Debug)]
pub struct Page {
    browser: Browser,
    url: String,
}

impl Page {
    /// The page at this address; not opened yet.
    pub fn new(browser: Browser, url: String) -> Self {
        Self { browser, url }
    }

    /// The browser it is in.
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// Gives the browser back.
    pub fn into_browser(self) -> Browser {
        self.browser
    }

    /// Opens the console and waits until it is there.
    pub async fn open(&self) -> Result<()> {
        self.browser.client().goto(&self.url).await?;
        self.wait_for_app().await
    }

    /// Loads the page anew and waits until it is there.
    pub async fn reload(&self) -> Result<()> {
        self.browser.client().refresh().await?;
        self.wait_for_app().await
    }

    async fn wait_for_app(&self) -> Result<()> {
        until("the app is ready", SOON, async || {
            let ready = self.browser.client().find(Locator::Css("html[data-app=ready]")).await;
            Ok(ready.is_ok().then_some(()))
        })
        .await
    }

    /// All visible elements with this role, with their names.
    pub async fn all(&self, role: &str) -> Result<Vec<(Element, String)>> {
        let mut found = Vec::new();
        for element in self.browser.client().find_all(Locator::Css(candidates(role)?)).await? {
            if element.is_displayed().await? && self.browser.role(&element).await? == role {
                let name = self.browser.name(&element).await?;
                found.push((element, name));
            }
        }
        Ok(found)
    }

    /// The element with this role and exactly this name, if it is there now.
    pub async fn look_for(&self, role: &str, name: &str) -> Result<Option<Element>> {
        let found = self.all(role).await?.into_iter().find(|(_, found)| found == name);
        Ok(found.map(|(element, _)| element))
    }

    /// The element with this role and exactly this name.
    pub async fn find(&self, role: &str, name: &str) -> Result<Element> {
        until(&format!("{role} “{name}”"), SOON, async || self.look_for(role, name).await).await
    }

    /// Presses a button.
    pub async fn press(&self, name: &str) -> Result<()> {
        // Found anew at each try: a re-rendered button is another element.
        until(&format!("button “{name}” can be pressed"), SOON, async || {
            match self.look_for("button", name).await? {
                Some(button) if button.is_enabled().await? => Ok(Some(button.click().await?)),
                _ => Ok(None),
            }
        })
        .await
    }

    /// The text of a `status`, such as "Connection", without extra white space.
    pub async fn status(&self, name: &str) -> Result<String> {
        match self.look_for("status", name).await? {
            Some(status) => Ok(status.text().await?.split_whitespace().collect::<Vec<_>>().join(" ")),
            None => bail!("there is no status “{name}”"),
        }
    }

    /// Waits until the connection state starts with these words.
    pub async fn wait_for_connection(&self, words: &str) -> Result<String> {
        until(&format!("the connection is “{words}”"), SOON, async || {
            let status = self.status("Connection").await?;
            ensure!(status.starts_with(words), "it is “{status}”");
            Ok(Some(status))
        })
        .await
    }

    /// Types a message, sends it with Enter, and waits until it stands in the transcript.
    pub async fn send(&self, text: &str) -> Result<()> {
        let messages = |rows: &[Row]| rows.iter().filter(|row| row.kind == "user").count();
        let before = messages(&self.rows().await?);
        let composer = self.find("textbox", "Message").await?;
        composer.click().await?;
        composer.send_keys(text).await?;
        composer.send_keys(&char::from(Key::Enter).to_string()).await?;
        self.wait_for_rows("the message stands in the transcript", |rows| messages(rows) > before).await?;
        Ok(())
    }

    /// The rows of the active conversation, now.
    pub async fn rows(&self) -> Result<Vec<Row>> {
        let rows = self.browser.client().execute(READ, Vec::new()).await?;
        Ok(serde_json::from_value(rows)?)
    }

    /// Waits until the rows are as wanted.
    pub async fn wait_for_rows(&self, what: &str, wanted: impl Fn(&[Row]) -> bool) -> Result<Vec<Row>> {
        until(what, LONG, async || {
            let rows = self.rows().await?;
            ensure!(wanted(&rows), "the rows are {rows:#?}");
            Ok(Some(rows))
        })
        .await
    }

    /// Waits until the last message is answered, no turn runs, and every chunk is committed. The message itself must be in
    /// the transcript already, else the answer before it would do.
    pub async fn wait_for_seal(&self) -> Result<Vec<Row>> {
        let rows = self
            .wait_for_rows("the turn is sealed", |rows| {
                let answered = rows.iter().rfind(|row| row.is_chunk()).is_some_and(|row| row.kind != "user");
                answered && rows.iter().all(|row| !row.live && (!row.is_chunk() || row.seq.is_some()))
            })
            .await?;
        until("nothing can be stopped any more", SOON, async || {
            Ok(self.look_for("button", "Stop").await?.is_none().then_some(()))
        })
        .await?;
        Ok(rows)
    }

    /// Runs a script in the page and reads what it returns, or what the promise it returns comes to.
    pub async fn evaluate<T: DeserializeOwned>(&self, script: &str) -> Result<T> {
        Ok(serde_json::from_value(self.browser.client().execute(script, Vec::new()).await?)?)
    }

    /// Waits until the service worker has kept everything and watches over this page.
    pub async fn wait_for_worker(&self) -> Result<()> {
        self.evaluate::<bool>(WATCHED).await.map(drop)
    }

    /// Types wherever the focus is.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        Ok(self.browser.client().active_element().await?.send_keys(text).await?)
    }

    /// Presses keys wherever the focus is.
    pub async fn keys(&self, keys: &[Key]) -> Result<()> {
        let mut actions = KeyActions::new("keyboard".to_owned());
        for key in keys {
            let value = char::from(*key);
            actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        Ok(self.browser.client().perform_actions(actions).await?)
    }

    /// Presses a character's key while the others are held.
    pub async fn chord(&self, held: &[Key], key: char) -> Result<()> {
        let mut actions = KeyActions::new("keyboard".to_owned());
        for key in held {
            actions = actions.then(KeyAction::Down { value: char::from(*key) });
        }
        actions = actions.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key });
        for key in held.iter().rev() {
            actions = actions.then(KeyAction::Up { value: char::from(*key) });
        }
        Ok(self.browser.client().perform_actions(actions).await?)
    }

    /// Role and name of what has the focus.
    pub async fn focused(&self) -> Result<(String, String)> {
        let element = self.browser.client().active_element().await?;
        Ok((self.browser.role(&element).await?, self.browser.name(&element).await?))
    }

    /// Waits until the focus is on something with this role, and a name that starts with this.
    pub async fn wait_for_focus(&self, role: &str, name: &str) -> Result<()> {
        until(&format!("the focus is on {role} “{name}”"), SOON, async || {
            let (found_role, found_name) = self.focused().await?;
            ensure!(found_role == role && found_name.starts_with(name), "it is on {found_role} “{found_name}”");
            Ok(Some(()))
        })
        .await
    }

    /// Waits until a button is gone, and checks that the focus did not go with it: then the next key would start from the
    /// top of the page, or do nothing.
    pub async fn wait_until_gone(&self, button: &str) -> Result<()> {
        until(&format!("there is no button “{button}” any more"), SOON, async || {
            Ok(self.look_for("button", button).await?.is_none().then_some(()))
        })
        .await?;
        until(&format!("the focus is somewhere after “{button}” went away"), SOON, async || {
            let lost = "return [null, document.body, document.documentElement].includes(document.activeElement);";
            Ok((!self.evaluate::<bool>(lost).await?).then_some(()))
        })
        .await
    }

    /// Moves the focus with the Tab key until it is on something with this role, and a name that starts with this.
    pub async fn tab_to(&self, role: &str, name: &str) -> Result<()> {
        let what = format!("{role} “{name}”");
        self.tab_until(&what, |found_role, found_name| found_role == role && found_name.starts_with(name)).await
    }

    async fn tab_until(&self, what: &str, is_it: impl Fn(&str, &str) -> bool) -> Result<()> {
        let mut seen = Vec::new();
        for _ in 0..120 {
            let focused = self.focused().await?;
            if is_it(&focused.0, &focused.1) {
                return Ok(());
            }
            seen.push(focused);
            self.keys(&[Key::Tab]).await?;
        }
        bail!("the Tab key never reaches {what}; it went through {seen:?}")
    }

    /// Chooses what begins with these words from a native list: goes to it with the Tab key, and types them.
    pub async fn choose(&self, name: &str, words: &str) -> Result<()> {
        self.tab_until(&format!("combobox “{name}”"), |role, found| role == "combobox" && found == name).await?;
        self.type_text(words).await
    }

    /// Waits until a native list shows this as chosen.
    pub async fn wait_for_choice(&self, name: &str, words: &str) -> Result<()> {
        until(&format!("“{words}” is chosen as {name}"), SOON, async || {
            let list = self.find("combobox", name).await?;
            let shown = list.find(Locator::Css("option:checked")).await?.text().await?;
            ensure!(shown == words, "it is “{shown}”");
            Ok(Some(()))
        })
        .await
    }

    /// Goes to a box with the Tab key and types this in the place of what stands in it.
    pub async fn fill(&self, role: &str, name: &str, text: &str) -> Result<()> {
        self.tab_to(role, name).await?;
        self.chord(&[Key::Control], 'a').await?;
        self.keys(&[Key::Delete]).await?;
        self.type_text(text).await
    }

    /// Unfolds a view of the sidebar, if it is folded.
    pub async fn unfold(&self, view: &str) -> Result<()> {
        let heading = self.find("button", view).await?;
        if heading.attr("aria-expanded").await?.as_deref() == Some("false") {
            heading.click().await?;
        }
        Ok(())
    }

    /// Waits until what has this role and name says this among other things.
    pub async fn wait_for_words(&self, role: &str, name: &str, words: &str) -> Result<()> {
        until(&format!("{role} “{name}” says “{words}”"), SOON, async || {
            let text = self.find(role, name).await?.text().await?;
            ensure!(text.contains(words), "it says: {text}");
            Ok(Some(()))
        })
        .await
    }

    /// Waits until the person is told this, and dismisses it.
    pub async fn wait_for_alert(&self, words: &str) -> Result<()> {
        until(&format!("an alert says “{words}”"), SOON, async || {
            let mut said = Vec::new();
            for (alert, _) in self.all("alert").await? {
                said.push(alert.text().await?);
            }
            ensure!(said.iter().any(|said| said.contains(words)), "there are {said:?}");
            Ok(Some(()))
        })
        .await?;
        self.press("Dismiss").await
    }

    /// Titles of the tabs, and the selected one's place.
    pub async fn tabs(&self) -> Result<(Vec<String>, Option<usize>)> {
        let mut titles = Vec::new();
        let mut selected = None;
        for (index, (tab, name)) in self.all("tab").await?.into_iter().enumerate() {
            if tab.attr("aria-selected").await?.as_deref() == Some("true") {
                selected = Some(index);
            }
            titles.push(name);
        }
        Ok((titles, selected))
    }
}

/// What can have a role; whether it does is the browser's word.
fn candidates(role: &str) -> Result<&'static str> {
    Ok(match role {
        "alert" => "[role=alert]",
        "button" => "button, [role=button], summary",
        "combobox" => "select, [role=combobox]",
        "complementary" => "aside, [role=complementary]",
        "dialog" => "dialog, [role=dialog]",
        "group" => "fieldset, [role=group]",
        "heading" => "h1, h2, h3, h4, h5, h6, [role=heading]",
        "list" => "ul, ol, [role=list]",
        "listbox" => "[role=listbox]",
        "log" => "[role=log]",
        "navigation" => "nav, [role=navigation]",
        "option" => "option, [role=option]",
        "progressbar" => "progress, [role=progressbar]",
        "region" => "section, [role=region]",
        "searchbox" => "input[type=search], [role=searchbox]",
        "spinbutton" => "input[type=number], [role=spinbutton]",
        "status" => "output, [role=status]",
        "switch" => "[role=switch]",
        "tab" => "[role=tab]",
        "tablist" => "[role=tablist]",
        "tabpanel" => "[role=tabpanel]",
        "timer" => "[role=timer]",
        "textbox" => "textarea, input:not([type]), input[type=text], input[type=url], [role=textbox]",
        other => bail!("say in page.rs what can have the role {other}"),
    })
}
