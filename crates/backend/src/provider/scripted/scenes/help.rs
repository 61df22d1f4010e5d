//! The list of scenes.

use super::ALL;
use crate::provider::scripted::scene::Stage;
use crate::provider::scripted::script::{Beat, Script};

pub(super) fn help(stage: &Stage) -> Script {
    let rows: String = ALL.iter().map(|scene| format!("| `{}` | {} |\n", scene.usage, scene.shows)).collect();
    stage.script(vec![
        Beat::Think("They want to know what can be seen here. A table says it best.".to_owned()),
        Beat::Say(format!(
            "I am the **scripted agent** of the embedded backend. No model is behind me: I play scenes, so that you can \
             see the console at work without a key and without a network. The first word of your message chooses one.\n\n\
             | write | and see |\n|---|---|\n{rows}\n\
             Any other message plays `tour`, about what you wrote. What you send while I work waits, and is put into the turn \
             at its next step; try it with `quiet 20`.\n\n\
             **What is real here:** the streaming, the history (it survives a restart), every time and rate, and the file \
             tools, which look at the conversation's working directory and never write. **What is made up:** my words, the \
             token counts (about four characters each), the prompt cache they simulate, and every command.\n"
        )),
    ])
}
