//! Journeys through the console: one file per behaviour. See the harness in `src/` for the stage they play on.

mod backend_restart;
mod chat_limit;
mod close_question;
mod composition;
mod console_is_clean;
mod cost_of_streaming;
mod cut_socket;
mod each_tab_keeps_its_own;
mod exactly_once;
mod first_load;
mod focus_is_kept;
mod following;
mod history;
mod kept_on_the_device;
mod long_transcript;
mod narrow_screen;
mod offline_reload;
mod offline_start;
mod send_and_reload;
mod several_windows;
mod sidebar_drawer;
mod stop_and_fail;
mod storage_refused;
mod tabs_by_keyboard;
mod update;
mod without_sockets;
