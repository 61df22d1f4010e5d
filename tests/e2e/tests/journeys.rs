//! Journeys through the console: one file per behaviour. See the harness in `src/` for the stage they play on.

mod backend_restart;
mod console_is_clean;
mod cut_socket;
mod first_load;
mod offline_start;
mod send_and_reload;
mod tabs_by_keyboard;
