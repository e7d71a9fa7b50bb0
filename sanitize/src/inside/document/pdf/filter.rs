//! Filters of PDF streams (ISO 32000-2, section 7.4).

use std::io::{self, BufReader, Bytes, Read};

/// How a stream is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    Flate,
    Lzw,
    Hex,
    Base85,
    RunLength,
    /// One that makes pictures, or that is not known.
    Other,
}

impl Filter {
    /// The filter of that name, which may be the short one.
    pub(super) fn of(name: &[u8]) -> Option<Filter> {
        Some(match name {
            b"FlateDecode" | b"Fl" => Filter::Flate,
            b"LZWDecode" | b"LZW" => Filter::Lzw,
            b"ASCIIHexDecode" | b"AHx" => Filter::Hex,
            b"ASCII85Decode" | b"A85" => Filter::Base85,
            b"RunLengthDecode" | b"RL" => Filter::RunLength,
            b"DCTDecode" | b"DCT" | b"CCITTFaxDecode" | b"CCF" | b"JBIG2Decode" | b"JPXDecode"
            | b"Crypt" => Filter::Other,
            _ => return None,
        })
    }

    /// What was written with it. None if it is not read here.
    pub(super) fn applied<'a>(self, content: Box<dyn Read + 'a>) -> Option<Box<dyn Read + 'a>> {
        Some(match self {
            Filter::Flate => Box::new(flate2::read::ZlibDecoder::new(content)),
            Filter::Lzw => Box::new(Lzw::new(content)),
            Filter::Hex => Box::new(Simple::new(content, hex)),
            Filter::Base85 => Box::new(Simple::new(content, base85)),
            Filter::RunLength => Box::new(Simple::new(content, run_length)),
            Filter::Other => return None,
        })
    }
}

/// Takes octets from one side and gives some to the other; false at the end.
type Step = fn(&mut dyn Iterator<Item = io::Result<u8>>, &mut Vec<u8>) -> io::Result<bool>;

/// A filter that goes by few octets at a time.
struct Simple<'a> {
    from: Bytes<BufReader<Box<dyn Read + 'a>>>,
    step: Step,
    made: Vec<u8>,
    over: bool,
}

impl<'a> Simple<'a> {
    fn new(from: Box<dyn Read + 'a>, step: Step) -> Self {
        Simple {
            from: BufReader::new(from).bytes(),
            step,
            made: Vec::new(),
            over: false,
        }
    }
}

impl Read for Simple<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.made.len() < buffer.len() && !self.over {
            self.over = !(self.step)(&mut self.from, &mut self.made)?;
        }
        let count = self.made.len().min(buffer.len());
        for (to, octet) in buffer.iter_mut().zip(self.made.drain(..count)) {
            *to = octet;
        }
        Ok(count)
    }
}

/// Two digits for an octet; `>` ends.
fn hex(from: &mut dyn Iterator<Item = io::Result<u8>>, to: &mut Vec<u8>) -> io::Result<bool> {
    let mut high = None;
    for octet in from {
        let octet = octet?;
        if octet == b'>' {
            break;
        }
        let Some(value) = char::from(octet).to_digit(16) else {
            continue;
        };
        match high {
            None => high = Some(value),
            Some(high) => {
                to.extend(u8::try_from(high << 4 | value));
                return Ok(true);
            }
        }
    }
    to.extend(high.and_then(|high| u8::try_from(high << 4).ok()));
    Ok(false)
}

/// Five characters for four octets; `~` ends.
fn base85(from: &mut dyn Iterator<Item = io::Result<u8>>, to: &mut Vec<u8>) -> io::Result<bool> {
    let (mut value, mut count) = (0_u32, 0_usize);
    let mut more = false;
    for octet in from {
        match octet? {
            b'z' if count == 0 => {
                to.extend([0; 4]);
                return Ok(true);
            }
            octet @ b'!'..=b'u' => {
                let digit = u32::from(octet.saturating_sub(b'!'));
                value = value.wrapping_mul(85).wrapping_add(digit);
                count = count.saturating_add(1);
            }
            b'~' => break,
            _ => {}
        }
        more = count == 5;
        if more {
            break;
        }
    }
    for _ in count..5 {
        value = value.wrapping_mul(85).wrapping_add(84);
    }
    to.extend(
        value
            .to_be_bytes()
            .into_iter()
            .take(count.saturating_sub(1)),
    );
    Ok(more)
}

/// A number, then so many octets as they are, or one that is repeated; 128 ends.
fn run_length(
    from: &mut dyn Iterator<Item = io::Result<u8>>,
    to: &mut Vec<u8>,
) -> io::Result<bool> {
    let Some(length) = from.next().transpose()? else {
        return Ok(false);
    };
    match length {
        0..=127 => {
            for _ in 0..=length {
                to.extend(from.next().transpose()?);
            }
        }
        128 => return Ok(false),
        129..=255 => {
            if let Some(octet) = from.next().transpose()? {
                let count = 257_usize.saturating_sub(usize::from(length));
                to.extend(std::iter::repeat_n(octet, count));
            }
        }
    }
    Ok(true)
}

/// LZW as TIFF has it, where codes grow one too early.
struct Lzw<'a> {
    from: BufReader<Box<dyn Read + 'a>>,
    decoder: weezl::decode::Decoder,
}

impl<'a> Lzw<'a> {
    fn new(from: Box<dyn Read + 'a>) -> Self {
        Lzw {
            from: BufReader::new(from),
            decoder: weezl::decode::Decoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8),
        }
    }
}

impl Read for Lzw<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        use std::io::BufRead;
        loop {
            let raw = self.from.fill_buf()?;
            let over = raw.is_empty();
            let result = self.decoder.decode_bytes(raw, buffer);
            self.from.consume(result.consumed_in);
            let ended = match result.status {
                Ok(weezl::LzwStatus::Done) => true,
                Ok(_) => over || buffer.is_empty(),
                Err(_) => return Err(io::ErrorKind::InvalidData.into()),
            };
            if result.consumed_out > 0 || ended {
                return Ok(result.consumed_out);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(filter: Filter, content: &[u8], expected: &[u8]) {
        let mut decoded = Vec::new();
        let mut reader = filter.applied(Box::new(content)).expect("known");
        reader.read_to_end(&mut decoded).expect("decoded");
        assert_eq!(decoded, expected, "{filter:?}");
    }

    #[test]
    fn every_filter_reads() {
        check(Filter::Hex, b"4D 5\nA9>zz", b"MZ\x90");
        check(Filter::Base85, b"9jqo^\nBl bD-~>", b"Man is d");
        check(Filter::Base85, b"z!!", b"\0\0\0\0\0");
        check(Filter::RunLength, b"\x02abc\xFEx\x80rest", b"abcxxx");
        // The example of section 7.4.4.2.
        check(
            Filter::Lzw,
            b"\x80\x0B\x60\x50\x22\x0C\x0C\x85\x01",
            b"\x2D\x2D\x2D\x2D\x2D\x41\x2D\x2D\x2D\x42",
        );
    }
}
