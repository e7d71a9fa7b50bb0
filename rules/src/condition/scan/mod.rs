//! Conditions on what one scanner said.

pub(super) mod action;
pub(super) mod engine;
pub(super) mod of;
pub(super) mod reason;
pub(super) mod result;
pub(super) mod score;
pub(super) mod signature;
pub(super) mod symbol;
