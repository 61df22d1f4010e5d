//! The embedded Dispatch backend.
