//! The wire types of the Dispatch contract.
