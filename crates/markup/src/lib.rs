//! Words become something to read: what agents write in Markdown, code, terminal output and changes to files are turned
//! into descriptions of what the page should show. Nothing in here knows a page: who shows it decides how.
#![warn(missing_docs)]

pub mod ansi;
pub mod code;
pub mod diff;
pub mod json;
pub mod markdown;
pub mod node;
