//! Every law of the engine over whatever the fuzzer finds: the first octets choose how the message is cut and edited.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tamis_corpus::{canonical, laws};

fuzz_target!(|input: &[u8]| {
    let (seed, message) = input.split_at(input.len().min(4));
    let seed = seed.iter().fold(0u64, |seed, octet| (seed << 8) | u64::from(*octet));
    laws::all(message, seed);
    canonical::own(message);
});
