//! Archives, and streams that hold one compressed file.

pub(super) mod apple;
pub(super) mod ar;
mod behind;
pub(super) mod cab;
mod cab_folder;
pub(super) mod cpio;
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
