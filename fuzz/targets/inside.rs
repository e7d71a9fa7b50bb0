//! What lies inside whatever the fuzzer finds, attached as a file: no panic, nothing beyond the bounds.
#![no_main]

mod shared;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|content: &[u8]| shared::look_into("a.bin", content));
