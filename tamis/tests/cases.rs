//! The cases of the policy language: one file for each condition and action, with tests of its own that run as mail is judged.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tamis::inspect::Site;
use tamis::trial::{self, Which};
use tamis_rules::preset::PRESETS;
use tamis_rules::{Fault, Policy, Sources, Trial, actions, conditions, load};

/// The directory of the cases of conditions, or of actions.
fn cases(of: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../rules/cases")
        .join(of)
}

/// The file name of the case of a key.
fn file_of(key: &str) -> String {
    format!("{}.toml", key.trim_end_matches(".NAME"))
}

#[track_caller]
fn policy(path: &Path) -> Arc<Policy> {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let name = path.to_string_lossy();
    let policy = load(&Sources::new(name.as_ref(), text.as_str()))
        .unwrap_or_else(|faults| panic!("{}", faults[0].render()));
    assert!(
        text.starts_with("# "),
        "{name}: it does not say what it shows"
    );
    // A case shows one thing, and not what a whole policy had better ask or keep besides.
    let besides = [Fault::Signed, Fault::DiscardLoses];
    let mut warnings = policy.warnings().iter();
    let other = warnings.find(|it| !besides.contains(&it.code));
    assert!(other.is_none(), "{name}: {other:?}");
    Arc::new(policy)
}

/// Runs the tests of a case, all of which must hold, and gives them.
#[track_caller]
fn run(path: &Path) -> Arc<Policy> {
    let policy = policy(path);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let site = Arc::new(Site::default());
    let verdicts = trial::run(&policy, Which::All, &site, runtime.handle());
    for verdict in &verdicts {
        assert!(
            verdict.failures.is_empty(),
            "{}: {:?}",
            verdict.place,
            verdict.failures
        );
    }
    assert_eq!(verdicts.len(), policy.trials().len(), "{}", path.display());
    policy
}

fn names(trials: &[Trial], of: impl Fn(&Trial) -> &[String]) -> BTreeSet<String> {
    trials.iter().flat_map(|trial| of(trial).to_vec()).collect()
}

/// No file is left over.
#[track_caller]
fn only(of: &str, keys: &[&str]) {
    let known: BTreeSet<String> = keys.iter().map(|key| file_of(key)).collect();
    for entry in fs::read_dir(cases(of)).expect("cases") {
        let name = entry
            .expect("an entry")
            .file_name()
            .into_string()
            .expect("a name");
        let is_message = Path::new(&name).extension().is_some_and(|it| it == "eml");
        assert!(
            is_message || known.contains(&name),
            "{of}/{name} is the case of no key"
        );
    }
}

#[test]
fn every_condition_has_a_case_in_which_it_holds_and_one_in_which_it_does_not() {
    let keys: Vec<&str> = conditions().map(|entry| entry.key).collect();
    assert!(keys.len() >= 53);
    only("condition", &keys);
    for key in keys {
        let policy = run(&cases("condition").join(file_of(key)));
        let key = key.trim_end_matches(".NAME");
        let asking: BTreeSet<String> = policy
            .rules()
            .filter(|rule| {
                let words = rule.asks.split([' ', '(', ')']);
                words
                    .into_iter()
                    .any(|word| word == key || word.starts_with(&format!("{key}.")))
            })
            .map(|rule| rule.name.to_string())
            .collect();
        assert!(
            !asking.is_empty(),
            "no rule of the case of {key} asks for it"
        );
        let trials = policy.trials();
        let fired = names(trials, |trial| &trial.expect.rules);
        let quiet = names(trials, |trial| &trial.expect.not_rules);
        assert!(
            !fired.is_disjoint(&asking),
            "{key}: no rule that asks for it fires"
        );
        assert!(
            !quiet.is_disjoint(&asking),
            "{key}: every rule that asks for it fires always"
        );
    }
}

#[test]
fn every_action_has_a_case_in_which_it_is_done() {
    let keys: Vec<&str> = actions().map(|entry| entry.key).collect();
    assert!(keys.len() >= 30);
    only("action", &keys);
    for key in keys {
        let policy = run(&cases("action").join(file_of(key)));
        let acting: BTreeSet<String> = policy
            .rules()
            .filter(|rule| {
                rule.action
                    .split(", ")
                    .any(|word| word.split(" = ").next() == Some(key))
            })
            .map(|rule| rule.name.to_string())
            .collect();
        assert!(!acting.is_empty(), "no rule of the case of {key} does it");
        let fired = names(policy.trials(), |trial| &trial.expect.rules);
        assert!(
            !fired.is_disjoint(&acting),
            "{key}: no rule that does it fires"
        );
    }
}

#[test]
fn every_rule_of_a_preset_has_a_test_in_which_it_fires() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let site = Arc::new(Site::default());
    for preset in PRESETS {
        let sources = Sources::preset(preset.name).expect("a preset");
        let policy =
            Arc::new(load(&sources).unwrap_or_else(|faults| panic!("{}", faults[0].render())));
        let own = format!("preset:{}", preset.name);
        let verdicts = trial::run(&policy, Which::Own(&own), &site, runtime.handle());
        assert!(verdicts.len() >= 3, "{own}");
        for verdict in &verdicts {
            assert!(
                verdict.failures.is_empty(),
                "{}: {:?}",
                verdict.place,
                verdict.failures
            );
        }
        let trials: Vec<Trial> = policy
            .trials()
            .iter()
            .filter(|trial| *trial.file == *own)
            .cloned()
            .collect();
        let fired = names(&trials, |trial| &trial.expect.rules);
        for rule in policy.rules().filter(|rule| *rule.file == *own) {
            let known = fired.contains(&*rule.name);
            assert!(known, "{own}: no test in which {} fires", rule.name);
        }
        let untouched = |trial: &Trial| {
            trial.expect.verdict == Some("deliver") && trial.expect.changed == Some(false)
        };
        assert!(
            trials.iter().any(untouched),
            "{own}: no test in which mail leaves as it came"
        );
    }
}
