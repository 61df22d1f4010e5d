//! Journeys through the console: one file per behaviour. See the harness in `src/` for the stage they play on.

mod backend_restart;
mod chat_limit;
mod close_question;
mod composition;
mod console_is_clean;
mod cost_of_streaming;
mod cut_socket;
mod each_tab_keeps_its_own;
mod first_load;
mod focus_is_kept;
mod following;
mod history;
mod narrow_screen;
mod offline_start;
mod send_and_reload;
mod sidebar_drawer;
mod stop_and_fail;
mod tabs_by_keyboard;
