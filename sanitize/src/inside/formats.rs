//! The formats that are opened. All of them are tried on all content: what is two things at once is opened as both.

use super::archive::{apple, ar, cab, cpio, disc, lha, rar, seven, stream, tar, zip};
use super::document::{active_mime, flat, ole, onenote, package, pdf, rtf, sheet};
use super::mail::{calendar, mailbox, message, outlook, smime, tnef, written};
use super::page;
use super::walk::Open;

/// In the order in which they are tried. Each says itself whether the content is one of its own.
pub(super) const FORMATS: &[Open] = &[
    stream::open,
    tar::open,
    ar::open,
    apple::open,
    cpio::open,
    cpio::open_rpm,
    lha::open,
    disc::open,
    cab::open,
    seven::open,
    rar::open,
    tnef::open,
    smime::open,
    message::open,
    mailbox::open,
    calendar::open,
    written::open,
    outlook::open,
    zip::open,
    ole::open,
    onenote::open,
    package::open,
    pdf::open,
    rtf::open,
    active_mime::open,
    flat::open,
    sheet::open,
    page::open,
];
