//! Icons: strokes on a 16 by 16 grid in the colour of the text beside them. Each stands next to a word or in a control that
//! has a name, so none has one of its own.

use leptos::prelude::*;

/// The icons there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Something new.
    Plus,
    /// Put away.
    Cross,
    /// It worked.
    Check,
    /// It failed.
    Warning,
    /// It goes on.
    Running,
    /// It never came to an end.
    Dash,
    /// Open or closed.
    Chevron,
    /// To the end.
    Down,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Plus => "M8 3v10M3 8h10",
            Self::Cross => "M4 4l8 8M12 4l-8 8",
            Self::Check => "M3.5 8.5l3 3 6-7",
            Self::Warning => "M8 4.5v4M8 11.2v.3M8 1.8l6.5 12H1.5z",
            Self::Running => "M8 2a6 6 0 1 1-6 6",
            Self::Dash => "M4 8h8",
            Self::Chevron => "M6 3.5L10.5 8 6 12.5",
            Self::Down => "M8 3v9M4 8.5L8 12.5l4-4",
        }
    }
}

/// An icon.
pub fn icon(icon: Icon) -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d=icon.path()></path>
        </svg>
    }
    .into_any()
}
