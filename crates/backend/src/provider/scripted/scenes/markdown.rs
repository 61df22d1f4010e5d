//! Every construct that the console draws, in one answer.

use crate::provider::scripted::scene::Stage;
use crate::provider::scripted::script::{Beat, Script};

pub(super) fn markdown(stage: &Stage) -> Script {
    stage.script(vec![Beat::Say(include_str!("markdown.md").to_owned())])
}
