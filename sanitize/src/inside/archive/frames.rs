//! Zstandard (RFC 8878): frame after frame, and what is to be skipped between them.

use super::stream::DICTIONARY_KIB;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::io::{self, BufRead, Read};

/// Whether a frame that is to be skipped stands here (section 3.1.2).
pub(super) fn is_skipped(head: &[u8]) -> bool {
    matches!(head, [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..])
}

/// The content of all frames.
pub(super) struct Frames<R> {
    raw: R,
    decoder: FrameDecoder,
    /// Whether a frame is open.
    open: bool,
    /// Whether there was one.
    any: bool,
}

impl<R: BufRead> Frames<R> {
    pub(super) fn new(raw: R) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(u64::from(DICTIONARY_KIB) << 10);
        Frames {
            raw,
            decoder,
            open: false,
            any: false,
        }
    }

    /// Opens the next frame. False at the end.
    fn next(&mut self) -> io::Result<bool> {
        while !self.raw.fill_buf()?.is_empty() {
            match self.decoder.reset(&mut self.raw) {
                Ok(()) => {
                    (self.open, self.any) = (true, true);
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let length = u64::from(length);
                    let skipped = io::copy(&mut self.raw.by_ref().take(length), &mut io::sink())?;
                    if skipped < length {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                    self.any = true;
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        if self.any {
            Ok(false)
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.open || self.next()? {
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                self.decoder
                    .decode_blocks(&mut self.raw, BlockDecodingStrategy::UptoBlocks(1))
                    .map_err(io::Error::other)?;
            }
            if self.decoder.can_collect() > 0 {
                return self.decoder.read(buffer);
            }
            self.open = false;
        }
        Ok(0)
    }
}
