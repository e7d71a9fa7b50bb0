//! Writes the canonical form of every message of a directory into another one: `canonical IN OUT`.

use std::path::Path;
use tamis_sanitize::canon::passes::{Unsafe, whole};
use tamis_sanitize::{Limits, Treatment};

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(from), Some(to)) = (arguments.next(), arguments.next()) else {
        eprintln!("canonical IN OUT");
        return Ok(());
    };
    std::fs::create_dir_all(&to)?;
    let mut counts = [0_u32; 8];
    for entry in std::fs::read_dir(from)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "eml") {
            continue;
        }
        let message = std::fs::read(&path)?;
        let name = path.file_name().unwrap_or_default();
        match whole(
            &message,
            &Limits::default(),
            &Treatment::default(),
            *b"0123456789abcdef",
        ) {
            Ok(done) => {
                counts[usize::from(done.passes)] += 1;
                std::fs::write(Path::new(&to).join(name), done.octets)?;
            }
            Err(Unsafe::Unsettled(codes, _)) => println!("{}: unsettled {codes:?}", name.display()),
            Err(refused) => println!("{}: {refused:?}", name.display()),
        }
    }
    println!("passes: {counts:?}");
    Ok(())
}
