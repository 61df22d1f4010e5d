//! A newer version of the console is ready to be loaded. Only the person knows when: so it is told once, quietly, and
//! nothing is ever reloaded by itself.

/// What became of the newer version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Update {
    /// There is none, as far as is known.
    #[default]
    None,
    /// It is ready, and the person may take it.
    Ready,
    /// It is ready, and the person does not want to hear of it before the next visit.
    PutOff,
}
