//! Texts that leave the program: templates, replies and notices, made harmless.

pub(crate) mod harmless;
pub(crate) mod notice;
pub(crate) mod reply;
pub(crate) mod template;
