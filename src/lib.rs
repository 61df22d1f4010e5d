//! The browser console for a Dispatch backend.
