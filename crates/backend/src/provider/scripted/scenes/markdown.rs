//! Every construct that the console draws, in one answer.

use super::amount::over_and_over;
use crate::provider::scripted::scene::Stage;
use crate::provider::scripted::script::{Beat, Script};

const EVERYTHING: &str = include_str!("markdown.md");

/// Once; or over and over, N kilobytes of it.
pub(super) fn markdown(stage: &Stage) -> Script {
    match stage.number() {
        Some(kilobytes) => over_and_over(stage, EVERYTHING, kilobytes),
        None => stage.script(vec![Beat::Say(EVERYTHING.to_owned())]),
    }
}
