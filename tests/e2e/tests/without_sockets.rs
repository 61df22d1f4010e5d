//! A place where HTTP gets through and no WebSocket does: messages and their turns go over HTTP, and the socket takes over
//! when it can.

use anyhow::{Result, ensure};
use dispatch_e2e::{
    stage::{Setting, play},
    wait::{LONG, until},
};

#[tokio::test]
async fn messages_go_over_http_until_a_socket_opens() -> Result<()> {
    play(Setting::default(), async |stage| {
        stage.ws.refuse();
        let page = &stage.page;
        page.open().await?;
        until("it is noticed that only HTTP answers", LONG, async || {
            let status = page.status("Connection").await?;
            ensure!(status == "Connected over HTTP", "it is “{status}”");
            Ok(Some(()))
        })
        .await?;
        page.send("tools").await?;
        page.wait_for_rows("the turn is seen live", |rows| rows.iter().any(|row| row.live)).await?;
        let rows = page.wait_for_seal().await?;
        ensure!(rows.iter().any(|row| row.kind == "tool" && row.state.as_deref() == Some("ok")), "{rows:#?}");

        stage.allow_sockets();
        until("the socket takes over", LONG, async || {
            let status = page.status("Connection").await?;
            ensure!(status == "Connected", "it is “{status}”");
            Ok(Some(()))
        })
        .await?;
        page.send("echo over the socket").await?;
        page.wait_for_seal().await?;
        Ok(())
    })
    .await
}
