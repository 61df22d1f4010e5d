//! Everything a journey through the console needs: a real backend that can be killed, a wire that can be cut, the release
//! build as it is deployed, a browser of its own, and a view of the page by role, name and the attributes that
//! `design.md` promises. Start with [`stage::play`]. The same
//! stage serves [`bench`], which measures.

pub mod backend;
pub mod bench;
pub mod browser;
pub mod page;
pub mod process;
pub mod rows;
pub mod site;
pub mod stage;
pub mod stranger;
pub mod wait;
pub mod width;
pub mod wire;
