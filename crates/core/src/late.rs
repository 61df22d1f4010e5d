//! What of the core is no part of the start. The app's release builds cut off what can be reached through a marked function
//! only, and load it right after the start (see the app's `later.rs`, and `xtask`'s `split`). Nobody may call such a function
//! before it is there, which [`State::is_whole`](crate::State::is_whole) tells.

/// Marks a function as one that comes later, and gives a pointer to it.
macro_rules! late {
    ($function:path: fn($($name:ident: $of:ty),*) $(-> $made:ty)?) => {{
        // By this name the build knows it.
        #[inline(never)]
        fn comes_later($($name: $of),*) $(-> $made)? {
            $function($($name),*)
        }
        // The compiler must not see whose address this is: it would call the function itself.
        std::hint::black_box::<fn($($of),*) $(-> $made)?>(comes_later)
    }};
}

pub(crate) use late;
