//! Tool cards without a pointer: opened, read and folded by keys, one alone and all of a tool; and what was chosen for all
//! is found again after a reload and by another window.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    page::Page,
    stage::{Setting, play},
    wait::{SOON, until},
};
use fantoccini::{Locator, key::Key};

/// Which cards are open, in order.
async fn open_cards(page: &Page) -> Result<Vec<bool>> {
    let script = "return [...document.querySelectorAll('[data-row=tool]')]
        .map((card) => card.querySelector('button').getAttribute('aria-expanded') === 'true');";
    page.evaluate(script).await
}

async fn wait_for_open(page: &Page, expected: &[bool]) -> Result<()> {
    until(&format!("the open cards are {expected:?}"), SOON, async || {
        let open = open_cards(page).await?;
        ensure!(open == expected, "they are {open:?}");
        Ok(Some(()))
    })
    .await
}

/// Moves the focus to the head of a card.
async fn go_to_card(page: &Page, nth: usize) -> Result<()> {
    let script = format!("document.querySelectorAll('[data-row=tool] > button')[{nth}].focus(); return true;");
    page.evaluate::<bool>(&script).await.map(drop)
}

#[tokio::test]
async fn cards_open_and_fold_by_keys_and_all_of_a_tool_for_good() -> Result<()> {
    play(Setting::default(), async |stage| {
        let page = &stage.page;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        page.send("tools").await?;
        let rows = page.wait_for_seal().await?;
        let states: Vec<&str> = rows.iter().filter_map(|row| row.state.as_deref()).collect();
        ensure!(states.len() == 6 && states[3] == "error", "another play than expected: {states:?}");
        wait_for_open(page, &[false; 6]).await?;

        // list, search, read, read, demo_shell, demo_shell
        page.tab_to("button", "list").await?;
        page.keys(&[Key::Enter]).await?;
        wait_for_open(page, &[true, false, false, false, false, false]).await?;
        page.find("group", "Input").await?;
        page.find("group", "Result").await?;
        page.keys(&[Key::Enter]).await?;
        wait_for_open(page, &[false; 6]).await?;

        go_to_card(page, 2).await?;
        page.chord(&[Key::Shift], char::from(Key::Enter)).await?;
        wait_for_open(page, &[false, false, true, true, false, false]).await?;
        page.reload().await?;
        page.wait_for_connection("Connected").await?;
        wait_for_open(page, &[false, false, true, true, false, false]).await?;

        // Another window follows.
        let client = page.browser().client();
        let (first, second) = (client.window().await?, client.new_window(false).await?.handle);
        client.switch_to_window(second).await?;
        page.open().await?;
        page.wait_for_connection("Connected").await?;
        wait_for_open(page, &[false, false, true, true, false, false]).await?;
        client.switch_to_window(first).await?;
        go_to_card(page, 2).await?;
        page.tab_to("button", "Fold all like this").await?;
        page.keys(&[Key::Enter]).await?;
        wait_for_open(page, &[false; 6]).await?;
        page.wait_for_focus("button", "read").await?;
        let handles = client.windows().await?;
        client.switch_to_window(handles[1].clone()).await?;
        wait_for_open(page, &[false; 6]).await?;
        ensure!(client.find(Locator::Css(".card-details")).await.is_err(), "what is folded is still there");
        Ok(())
    })
    .await
}
