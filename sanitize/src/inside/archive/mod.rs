//! Archives, and streams that hold one compressed file.

pub(super) mod apple;
pub(super) mod ar;
mod behind;
pub(super) mod cab;
mod cab_folder;
mod compress;
pub(super) mod cpio;
pub(super) mod disc;
mod frames;
pub(super) mod lha;
pub(super) mod rar;
mod rar_names;
mod rar_sink;
pub(super) mod seven;
mod seven_directory;
pub(super) mod stream;
pub(super) mod tar;
pub(super) mod zip;
