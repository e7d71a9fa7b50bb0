//! Any text is a policy or a list of problems; what loads decides without a panic, and the same each time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tamis_rules::{Envelope, Facts, Sources, Stage, load};

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else { return };
    match load(&Sources::new("fuzz.toml", text)) {
        Ok(policy) => {
            let envelope = Envelope { sender: Some("a@example.com".into()), recipients: vec!["b@example.org".into(); 2], ..Envelope::default() };
            let reading = tamis_corpus::laws::read(b"Subject: x\r\n\r\nbody\r\n", &[]);
            for stage in [Stage::Connect, Stage::Mail, Stage::Message] {
                let facts = Facts { stage, envelope: &envelope, message: Some(&reading), scans: &[] };
                assert_eq!(policy.decide(&facts), policy.decide(&facts));
            }
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            for problem in problems {
                let _ = (problem.render(), problem.to_json());
            }
        }
    }
});
