//! What a message carries: a stub that policy removes, or something harmless that must arrive.

use crate::make::payload;
use crate::random::Random;

/// A file in a message, with a mark inside by which it is found again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Load {
    /// Its octets.
    pub content: Vec<u8>,
    /// Text inside it that stands nowhere else.
    pub mark: String,
    /// Its file name.
    pub name: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// Whether the built-in policy removes it.
    pub forbidden: bool,
}

impl Load {
    /// A stub that looks like a Windows program.
    pub fn program(seed: u64) -> Load {
        let mark = mark(seed);
        let mut content = payload::executable();
        content.extend_from_slice(mark.as_bytes());
        content.extend_from_slice(&Random::new(seed).octets(397));
        let (name, media_type) = ("invoice.exe", "application/octet-stream");
        Load {
            content,
            mark,
            name,
            media_type,
            forbidden: true,
        }
    }

    /// A script that does nothing.
    pub fn script(seed: u64) -> Load {
        let mark = mark(seed);
        let content =
            format!("// {mark}\r\nvar shell = null;\r\nfunction nothing() {{ return shell; }}\r\n")
                .into_bytes();
        let (name, media_type) = ("update.js", "application/javascript");
        Load {
            content,
            mark,
            name,
            media_type,
            forbidden: true,
        }
    }

    /// A picture, which may pass.
    pub fn picture(seed: u64) -> Load {
        let mark = mark(seed);
        let mut content = payload::png();
        content.extend_from_slice(mark.as_bytes());
        content.extend_from_slice(&Random::new(seed).octets(181));
        let (name, media_type) = ("picture.png", "image/png");
        Load {
            content,
            mark,
            name,
            media_type,
            forbidden: false,
        }
    }

    /// Any of them: harmless once in three times.
    pub fn any(random: &mut Random) -> Load {
        let seed = random.bits();
        match random.below(6) {
            0 | 1 => Load::picture(seed),
            2 => Load::script(seed),
            _ => Load::program(seed),
        }
    }

    /// Whether it is text, so that without its name nothing tells that it can run.
    pub fn is_text(&self) -> bool {
        self.content.is_ascii() && !self.content.contains(&0)
    }
}

fn mark(seed: u64) -> String {
    let number = Random::new(seed ^ 0x006d_6172_6b00).bits();
    format!("TAMIS-LOAD-{number:016X}")
}
