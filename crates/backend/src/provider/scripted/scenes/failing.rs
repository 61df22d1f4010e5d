//! A turn that fails in the middle, as turns do when a provider gives up.

use crate::provider::scripted::scene::Stage;
use crate::provider::scripted::script::{Beat, Script};
use serde_json::json;

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
