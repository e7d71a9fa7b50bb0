//! What an MTA, or something that is none, sends to the milter port: any cutting gives the same frames, no command panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tamis_milter::proto::command::Command;
use tamis_milter::proto::frame::Deframer;

fn frames(input: &[u8], size: usize) -> (Vec<String>, bool) {
    let mut deframer = Deframer::new();
    let mut seen = Vec::new();
    for piece in input.chunks(size) {
        deframer.push(piece);
        loop {
            match deframer.cut() {
                Ok(Some(frame)) => seen.push(format!("{:?}", Command::parse(frame))),
                Ok(None) => break,
                Err(_) => return (seen, true),
            }
        }
    }
    (seen, false)
}

fuzz_target!(|input: &[u8]| {
    let whole = frames(input, input.len().max(1));
    assert_eq!(frames(input, 1), whole);
    assert_eq!(frames(input, 5), whole);
});
