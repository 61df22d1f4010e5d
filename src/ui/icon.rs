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
    /// To the end, or on.
    Down,
    /// Back.
    Up,
    /// What stands beside the page.
    Sidebar,
    /// To be found.
    Search,
    /// To be written anew.
    Pencil,
    /// A command.
    Prompt,
    /// A file.
    File,
    /// A file that is written.
    NewFile,
    /// A folder.
    Folder,
    /// Elsewhere.
    Globe,
    /// Anything.
    Box,
    /// To be taken along.
    Copy,
    /// All of it, to be taken along.
    CopyAll,
    /// A picture.
    Picture,
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
            Self::Up => "M8 13V4M4 7.5L8 3.5l4 4",
            Self::Down => "M8 3v9M4 8.5L8 12.5l4-4",
            Self::Sidebar => "M2 3h12v10H2zM10 3v10",
            Self::Search => "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.4 10.4L14 14",
            Self::Prompt => "M3 4l4 4-4 4M8.5 12H13",
            Self::File => "M4 2h5l3 3v9H4zM9 2v3h3",
            Self::NewFile => "M4 2h5l3 3v9H4zM8 7.5v4M6 9.5h4",
            Self::Folder => "M2 4h4l1.5 2H14v7H2z",
            Self::Globe => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M2 8h12M8 2c-3.5 4-3.5 8 0 12M8 2c3.5 4 3.5 8 0 12",
            Self::Box => "M8 2l5.5 3v6L8 14l-5.5-3V5zM2.5 5L8 8l5.5-3M8 8v6",
            Self::Copy => "M5.5 5.5h8v8h-8zM10.5 3v-.5h-8v8H3",
            Self::CopyAll => "M5.5 5.5h8v8h-8zM10.5 3v-.5h-8v8H3M7.5 8h4M7.5 11h4",
            Self::Picture => "M2.5 3h11v10h-11zM2.5 11l3.5-4 3 3 2-2 2.5 3M10.5 6h.1",
            Self::Pencil => "M3 13l.7-3 7-7 2.3 2.3-7 7zM9.2 4.5l2.3 2.3",
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
