//! Providers that fail: in the middle of an answer, and before one.

use crate::provider::scripted::scene::Stage;
use crate::provider::scripted::script::{Beat, Script};
use serde_json::json;
use std::time::Duration;

pub(super) fn fail(stage: &Stage) -> Script {
    if stage.step == 1 {
        return stage.script(vec![
            Beat::Think(
                "This one goes wrong. First something that works, so that there is something to keep.".to_owned(),
            ),
            Beat::Say("I look at the folder first, and then begin an answer that I will not finish.\n".to_owned()),
            stage.call(1, "list", json!({ "path": "." })),
        ]);
    }
    stage.script(vec![
        Beat::Say(
            "The folder is listed above. What follows from it is quite simple, and the first thing to".to_owned(),
        ),
        Beat::Fail {
            message:
                "The provider broke off in the middle of the answer. This failure was rehearsed: the scene `fail` \
                      always ends like this, and everything before it is kept."
                    .to_owned(),
            code: "rehearsed-failure".to_owned(),
        },
    ])
}

/// More retries would make one wait longer than the longest delay says anything new.
const MOST_RETRIES: u64 = 10;

/// The longest wait between two attempts, at the natural pace.
const LONGEST_DELAY: Duration = Duration::from_secs(30);

/// A busy provider: each wait is twice as long as the one before, and in the end it answers.
pub(super) fn retry(stage: &Stage) -> Script {
    let retries = u32::try_from(stage.number().unwrap_or(4).min(MOST_RETRIES)).unwrap_or_default();
    let mut beats: Vec<Beat> = (0..retries)
        .map(|attempt| Beat::Retry {
            attempt,
            delay: Duration::from_secs(1).saturating_mul(2_u32.saturating_pow(attempt)).min(LONGEST_DELAY),
            message: "The provider is overloaded (rehearsed)".to_owned(),
            code: "529".to_owned(),
        })
        .collect();
    beats.push(Beat::Say(format!(
        "It worked in the end: **{retries} times** the provider had no room, and I asked again after a longer wait each \
         time. Nothing of that is stored. The time to the first token counts from the attempt that came through.\n"
    )));
    stage.script(beats)
}
