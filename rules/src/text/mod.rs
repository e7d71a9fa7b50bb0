//! Texts that leave the program: templates, replies, notices and banners, made harmless.

pub(crate) mod banner;
pub(crate) mod harmless;
pub(crate) mod notice;
pub(crate) mod replacement;
pub(crate) mod reply;
pub(crate) mod template;
