//! What lies in a folder of a cabinet: blocks of up to 32 KiB, each of which needs those before it.

use crate::inside::cursor::Cursor;
use crate::inside::foreign;
use crate::inside::host::Source;
use crate::map::Unread;
use flate2::{Decompress, FlushDecompress};
use lzxd::{Lzxd, WindowSize};
use std::io::{self, Read};

/// Octets that a block unpacks to at most.
const BLOCK: usize = 32 << 10;

/// A folder as its header tells (CFFOLDER).
#[derive(Clone, Copy, Debug)]
pub(super) struct Folder {
    pub(super) at: u64,
    pub(super) blocks: u16,
    pub(super) method: u16,
    /// Octets in each block header that are of no concern.
    pub(super) extra: u8,
}

/// How blocks are unpacked.
enum Method {
    Stored,
    MsZip,
    Lzx(Box<Lzxd>),
}

/// The unpacked content of a folder.
pub(super) struct Unpacked<'a> {
    cursor: Cursor<'a>,
    folder: Folder,
    method: Method,
    block: Vec<u8>,
    used: usize,
    at: u64,
}

impl<'a> Unpacked<'a> {
    pub(super) fn new(source: &'a mut dyn Source, folder: &Folder) -> Result<Self, Unread> {
        let method = match folder.method & 0xF {
            0 => Method::Stored,
            1 => Method::MsZip,
            3 => Method::Lzx(Box::new(Lzxd::new(window(folder.method >> 8 & 0x1F)?))),
            _ => return Err(Unread::Unsupported), // Quantum is not read.
        };
        Ok(Unpacked {
            cursor: Cursor::new(source, folder.at, u64::MAX).map_err(|_| Unread::Damaged)?,
            folder: *folder,
            method,
            block: Vec::new(),
            used: 0,
            at: 0,
        })
    }

    /// Octets that were read.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// Unpacks the next block (CFDATA).
    fn next(&mut self) -> io::Result<()> {
        self.folder.blocks = self.folder.blocks.saturating_sub(1);
        self.cursor.skip(4)?; // The checksum: what is damaged may run all the same.
        let packed = u64::from(self.cursor.u16()?);
        let size = usize::from(self.cursor.u16()?);
        self.cursor.skip(u64::from(self.folder.extra))?;
        let raw = self.cursor.up_to(packed)?;
        if size == 0 {
            return Err(io::ErrorKind::Unsupported.into()); // The rest is in the next cabinet.
        }
        if size > BLOCK {
            return Err(io::ErrorKind::InvalidData.into());
        }
        if raw.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.block = match &mut self.method {
            Method::Stored => raw,
            Method::MsZip => inflate(&raw, &self.block, size)?,
            Method::Lzx(lzx) => foreign::call(|| {
                let unpacked = lzx.decompress_next(&raw, size);
                unpacked.map(<[u8]>::to_vec).map_err(io::Error::other)
            })?,
        };
        self.used = 0;
        Ok(())
    }
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.used >= self.block.len() {
            if self.folder.blocks == 0 {
                return Ok(0);
            }
            if let Err(error) = self.next() {
                self.folder.blocks = 0;
                self.block.clear();
                return Err(error);
            }
        }
        let mut rest = self.block.get(self.used..).unwrap_or_default();
        let count = rest.read(buffer)?;
        self.used = self.used.saturating_add(count);
        self.at = self.at.saturating_add(count as u64);
        Ok(count)
    }
}

/// A block of MSZIP: `CK`, and a deflate stream of its own which refers to the block before.
fn inflate(raw: &[u8], before: &[u8], size: usize) -> io::Result<Vec<u8>> {
    let damaged = || io::Error::from(io::ErrorKind::InvalidData);
    let raw = raw.strip_prefix(b"CK").ok_or_else(damaged)?;
    let mut inflate = Decompress::new(false);
    if !before.is_empty() {
        inflate.set_dictionary(before).map_err(|_| damaged())?;
    }
    let mut block = Vec::with_capacity(size);
    let done = inflate.decompress_vec(raw, &mut block, FlushDecompress::Finish);
    if block.is_empty() {
        done.map_err(|_| damaged())?;
    }
    Ok(block)
}

fn window(bits: u16) -> Result<WindowSize, Unread> {
    Ok(match bits {
        15 => WindowSize::KB32,
        16 => WindowSize::KB64,
        17 => WindowSize::KB128,
        18 => WindowSize::KB256,
        19 => WindowSize::KB512,
        20 => WindowSize::MB1,
        21 => WindowSize::MB2,
        _ => return Err(Unread::Damaged),
    })
}
