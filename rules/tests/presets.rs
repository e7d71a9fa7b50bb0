//! The shipped presets load, are described, and do what they say.

use tamis_rules::{Sources, load, preset::PRESETS};

#[test]
fn every_preset_loads() {
    for preset in PRESETS {
        let sources = Sources::preset(preset.name).expect("a preset of that name");
        if let Err(faults) = load(&sources) {
            let all: Vec<String> = faults.iter().map(|fault| fault.render()).collect();
            panic!("{}:\n{}", preset.name, all.join("\n"));
        }
        assert!(
            preset.says.ends_with('.') && preset.text.starts_with('#'),
            "{}",
            preset.name
        );
    }
    assert!(Sources::preset("no-such").is_none());
}
