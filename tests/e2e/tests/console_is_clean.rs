//! A usual day leaves no complaint in the browser: no error of the app, no missing file, and nothing that the page's own
//! Content-Security-Policy had to stop. And everything that assistive tools rely on has its role and its name.

use anyhow::{Result, ensure};
use dispatch_e2e::stage::{Setting, play};

#[tokio::test]
async fn a_tour_leaves_no_complaint() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("tour").await?;
        page.wait_for_seal().await?;
        page.send("fail").await?;
        page.wait_for_rows("the failure is a row", |rows| rows.iter().any(|row| row.kind == "error")).await?;
        page.reload().await?;
        page.wait_for_connection("Connected").await?;

        let complaints = stage.complaints().await?;
        ensure!(complaints.is_empty(), "the browser complains: {complaints:#?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn everything_has_its_role_and_name() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("echo hello").await?;
        page.wait_for_seal().await?;

        let names = [
            ("tablist", "Conversations"),
            ("button", "New conversation"),
            ("log", "Transcript"),
            ("textbox", "Message"),
            ("status", "Connection"),
            ("status", "Announcements"),
            ("button", "Send"),
            ("button", "Close echo hello"),
        ];
        for (role, name) in names {
            page.find(role, name).await?;
        }
        let (titles, selected) = page.tabs().await?;
        ensure!(titles == ["echo hello"] && selected == Some(0), "the tabs are {titles:?}, selected {selected:?}");
        let panels = page.all("tabpanel").await?;
        ensure!(panels.len() == 1, "only the active conversation has a panel: {panels:?}");
        Ok(())
    })
    .await
}
