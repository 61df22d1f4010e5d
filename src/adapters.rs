//! The console's devices, one module each: every quirk of a browser interface is dealt with here and nowhere else.

pub mod cache;
pub mod device;
pub mod files;
pub mod http;
pub mod part;
pub mod socket;
pub mod storage;
pub mod worker;
pub mod writer;
