//! Writes into the page what words become: Markdown while it streams, coloured code, terminal output, differences. It is a
//! module of its own, loaded by the console (`src/adapters/writer.rs` there) when the first words come that it can use, so
//! that nobody waits for it.
//!
//! Promised: every node is made by name from closed lists of elements and attributes, and no text ever becomes markup by
//! itself; what stands in the page is appended to and not made anew; nothing here reads layout, and nothing is loaded.

mod buttons;
mod code_block;
mod colours;
mod difference;
mod dom;
mod highlight;
mod prose;
mod selection;
mod terminal;

pub use code_block::{write_code, write_json};
pub use difference::{write_diff, write_patch};
pub use dom::Node;
pub use highlight::{highlight, reveal};
pub use prose::{Prose, prose};
pub use terminal::{Terminal, terminal};

/// Hears from now on of what people press and select.
pub(crate) fn listen() {
    buttons::listen();
    selection::listen();
}

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static MEMORY: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
