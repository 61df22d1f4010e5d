//! Code that comes after the start. Everybody waits for what is downloaded before the console can be used; what nobody needs
//! at once is therefore cut off the page's module when it is built for release (`xtask`'s `split`), and loaded right after the
//! start. In every other build it is there from the beginning.
//!
//! One line marks a function as such:
//!
//! ```ignore
//! later!(settings: fn(Console) -> AnyView)
//! ```
//!
//! What is had of it is a pointer, and all code and data that only this pointer leads to comes later. So marking pays where
//! what a function leads to is its own; and a call of it past the mark makes all of it part of the start again. Nobody may
//! call the pointer before the code is there ([`Later::Here`](dispatch_core::view::Later)): the page would stop. Views are
//! shown through [`features::later`](crate::features::later), which sees to that.

/// Marks a function from one thing to another as one that comes later, and gives a pointer to it.
macro_rules! later {
    ($function:path: fn($of:ty) -> $made:ty) => {{
        // By this name the build knows it.
        #[inline(never)]
        fn comes_later(of: $of) -> $made {
            $function(of)
        }
        // The compiler must not see whose address this is: it would call the function itself.
        std::hint::black_box::<fn($of) -> $made>(comes_later)
    }};
}

pub(crate) use later;
