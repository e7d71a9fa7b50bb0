//! Every case through the engine: the tree, the defects and the output that are expected of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Cursor;
use std::path::Path;
use tamis_corpus::golden::compare;
use tamis_corpus::outline::outline_reading;
use tamis_corpus::run::{apply, output, plan, read};
use tamis_corpus::{Case, Chunking, cases, make, placeholder};
use tamis_sanitize::decode::Decoder;
use tamis_sanitize::inside::{Bounds, Budget, Holder, InMemory, open};
use tamis_sanitize::{Code, Kind, Kinds, Part, Plan};

fn all() -> Vec<Case> {
    cases().expect("every case loads")
}

/// Runs a check on every case, and fails with everything that any of them complained of.
#[track_caller]
fn check(complaint: impl Fn(&Case) -> Option<String>) {
    let complaints: Vec<String> = all()
        .iter()
        .filter_map(|case| Some(format!("{}: {}", case.id, complaint(case)?)))
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn there_are_cases_of_every_area() {
    let mut areas: BTreeMap<String, usize> = BTreeMap::new();
    let mut ids = BTreeSet::new();
    for case in all() {
        let (area, name) = case.id.split_once('/').expect("area/name");
        *areas.entry(area.to_owned()).or_default() += 1;
        assert!(ids.insert(case.id.clone()), "{} stands twice", case.id);
        assert!(
            name.bytes()
                .all(|octet| octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'-'),
            "{}",
            case.id
        );
        assert!(
            !case.title.is_empty() && !case.why.is_empty() && !case.standard.is_empty(),
            "{}",
            case.id
        );
    }
    let expected = [
        "attachment",
        "edit",
        "hostile",
        "international",
        "malformed",
        "nested",
        "plain",
    ];
    assert!(areas.keys().eq(&expected), "{areas:?}");
    assert!(areas.values().all(|count| *count >= 10), "{areas:?}");
}

#[test]
fn no_payload_lies_in_the_repository() {
    let stubs = [make::eicar(), make::executable(), make::payload::elf()];
    let written = stubs.iter().flat_map(|stub| {
        let encoded = make::encode::base64(&stub[..24]).into_bytes();
        [stub[..stub.len().min(24)].to_vec(), encoded]
    });
    let forbidden: Vec<Vec<u8>> = written.collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = 0;
    visit(folder, &mut |path, octets| {
        files += 1;
        for payload in &forbidden {
            let found = octets
                .windows(payload.len())
                .any(|window| window == payload);
            assert!(
                !found,
                "{} holds {}",
                path.display(),
                payload.escape_ascii()
            );
        }
    });
    assert!(files > 200, "{files}");
}

fn visit(folder: &Path, look: &mut impl FnMut(&Path, &[u8])) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            visit(&path, look);
        } else {
            look(&path, &fs::read(&path).expect("a file"));
        }
    }
}

#[test]
fn the_tree_is_the_expected_one() {
    check(|case| {
        let reading = read(&case.message, &case.limits, Chunking::Whole).reading;
        let tree = outline_reading(&reading);
        compare(&case.folder.join("tree.txt"), Some(tree.as_bytes())).expect("readable")
    });
}

#[test]
fn the_defects_are_the_expected_ones() {
    check(|case| {
        let reading = read(&case.message, &case.limits, Chunking::Whole).reading;
        let counts = reading.map().defects().counts();
        let mut found: Vec<&str> = counts.map(|(code, _)| code.name()).collect();
        found.sort_unstable();
        let limit = reading.limit().map(|limit| limit.code.name().to_owned());
        let right = found == case.expect.defects && limit == case.expect.limit;
        (!right).then(|| {
            format!(
                "expected {:?} {:?}, found {found:?} {limit:?}",
                case.expect.defects, case.expect.limit
            )
        })
    });
}

#[test]
fn the_output_is_the_expected_one() {
    check(|case| {
        let out = match output(case) {
            Ok(out) => out,
            Err(what) => return Some(what),
        };
        let changed = out != case.message;
        if changed && case.expect.unchanged {
            return Some(format!(
                "is to come out unchanged, but gives\n{}",
                out.escape_ascii()
            ));
        }
        let folded = changed.then(|| placeholder::fold(&out, &case.source));
        compare(&case.folder.join("out.eml"), folded.as_deref()).expect("readable")
    });
}

#[test]
fn what_a_policy_removes_is_of_a_kind_that_it_forbids() {
    check(|case| {
        let map = read(&case.message, &case.limits, Chunking::Whole)
            .reading
            .map()
            .clone();
        let plan = match plan(case, &map) {
            Ok(plan) => plan,
            Err(what) => return Some(what),
        };
        let elsewhere = [Code::PartialMessage, Code::ExternalBody];
        let innocent = |part: &Part| {
            let forbidden = Kinds::from_iter([Kind::Executable, Kind::Script, Kind::Image]);
            !part.kinds().union(inside(case, part)).intersects(forbidden)
                && !elsewhere.iter().any(|code| part.codes().contains(*code))
        };
        let wrong = plan
            .parts
            .iter()
            .skip(case.edits.len())
            .find(|(part, _)| innocent(map.part(*part)));
        wrong.map(|(part, _)| {
            format!(
                "part {} is {:?}",
                map.part(*part).number(),
                map.part(*part).kinds()
            )
        })
    });
}

/// What lies in a part, all of it together.
fn inside(case: &Case, part: &Part) -> Kinds {
    let range = |at: u64| usize::try_from(at).expect("a place in the message");
    let body = &case.message[range(part.body().start)..range(part.body().end)];
    let (mut decoder, mut content) = (Decoder::new(part.encoding()), Vec::new());
    decoder.push(body, &mut content);
    decoder.finish(&mut content);
    let size = content.len() as u64;
    let mut budget = Budget::new(Bounds::default());
    let found = open(
        &Holder::of(part),
        &mut Cursor::new(content),
        size,
        &InMemory,
        &mut budget,
    );
    let members = found.expect("memory").members;
    members
        .iter()
        .fold(Kinds::NONE, |kinds, member| kinds.union(member.kinds()))
}

#[test]
fn the_empty_plan_changes_no_octet() {
    check(|case| {
        let reading = read(&case.message, &case.limits, Chunking::Whole).reading;
        let same = apply(&case.message, reading.map(), &Plan::default()) == case.message;
        (!same && reading.limit().is_none()).then(|| "changed".to_owned())
    });
}
