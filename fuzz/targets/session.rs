//! Any sequence of milter commands: the session gives at most one final answer to each, and none panics.
#![no_main]

use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use tamis_milter::Wish;
use tamis_milter::proto::frame::Deframer;
use tamis_milter::proto::session::Session;

fuzz_target!(|input: &[u8]| {
    let mut deframer = Deframer::new();
    // A negotiation first: without one everything ends at once.
    deframer.push(b"\0\0\0\x0dO\0\0\0\x06\0\0\x01\xff\0\x1f\xff\xff");
    deframer.push(input);
    let mut session = Session::new(Wish::new());
    let mut out = BytesMut::new();
    while let Ok(Some(frame)) = deframer.cut() {
        if session.receive(frame, &mut out).is_err() {
            break;
        }
        let _ = session.macros().get("i");
        out.clear();
    }
});
