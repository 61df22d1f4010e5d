//! Words become something to read: what agents write in Markdown, code, terminal output and changes to files are turned
//! into descriptions of what the page should show. Nothing in here knows a page: who shows it decides how.

pub mod markdown;
pub mod node;
