//! The arrows of the architecture: which crate may know which, and no circles between the modules inside a crate.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each crate with the crates of ours that it may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    ("sanitize", &[]),
    ("milter", &[]),
    ("scan", &[]),
    ("rules", &["sanitize"]),
    ("corpus", &["sanitize"]),
    ("tamis", &["milter", "rules", "sanitize", "scan"]),
];

/// Crates that would bring I/O, a clock or a runtime into the pure crates.
const IMPURE: &[&str] = &[
    "tokio",
    "async",
    "mio",
    "tracing",
    "log",
    "rand",
    "getrandom",
    "tempfile",
    "jiff",
    "chrono",
    "time",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn dependencies(member: &str) -> BTreeSet<String> {
    let manifest = fs::read_to_string(root().join(member).join("Cargo.toml")).expect("a manifest");
    let manifest: toml::Table = manifest.parse().expect("valid TOML");
    let table = manifest.get("dependencies").and_then(toml::Value::as_table);
    table
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect()
}

#[test]
fn crates_know_only_what_they_may() {
    for (member, allowed) in ARROWS {
        let ours: BTreeSet<String> = dependencies(member)
            .iter()
            .filter_map(|name| name.strip_prefix("tamis-").map(str::to_owned))
            .collect();
        let allowed: BTreeSet<String> = allowed.iter().map(|name| (*name).to_owned()).collect();
        assert!(
            ours.is_subset(&allowed),
            "{member} may know {allowed:?} and knows {ours:?}"
        );
    }
    for (member, _) in ARROWS {
        assert!(
            !dependencies(member).contains("tamis"),
            "nothing depends on the program, but {member} does"
        );
    }
}

#[test]
fn engine_and_policy_stay_pure() {
    for member in ["sanitize", "rules"] {
        let found: Vec<_> = dependencies(member)
            .into_iter()
            .filter(|name| IMPURE.iter().any(|bad| name.starts_with(bad)))
            .collect();
        assert!(found.is_empty(), "{member} depends on {found:?}");
        let source = fs::read_to_string(root().join(member).join("src/lib.rs")).expect("a crate");
        for lint in ["clippy::disallowed_types", "clippy::disallowed_methods"] {
            assert!(source.contains(lint), "{member} does not deny {lint}");
        }
    }
}

#[test]
fn modules_form_no_circles() {
    for member in ["sanitize", "rules", "scan", "milter", "tamis", "corpus"] {
        let mut graph = BTreeMap::new();
        collect(
            &root().join(member).join("src"),
            &root().join(member).join("src"),
            &mut graph,
        );
        for start in graph.keys() {
            let mut path = vec![start.clone()];
            if let Some(circle) = circle(&graph, &mut path) {
                panic!("{member}: a circle of modules: {}", circle.join(" -> "));
            }
        }
    }
}

/// Adds each top-level module with the top-level modules that it names.
fn collect(base: &Path, dir: &Path, graph: &mut BTreeMap<String, BTreeSet<String>>) {
    for entry in fs::read_dir(dir).expect("a source directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(base, &path, graph);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let module = module_of(base, &path);
            let source = fs::read_to_string(&path).expect("a source file");
            let named = named_modules(&source);
            graph.entry(module).or_default().extend(named);
        }
    }
    for (module, named) in graph.iter_mut() {
        named.remove(module);
    }
    graph.remove("lib");
    graph.remove("main");
}

fn module_of(base: &Path, path: &Path) -> String {
    let first = path
        .strip_prefix(base)
        .ok()
        .and_then(|inside| inside.components().next());
    let first = first
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .unwrap_or_default();
    first.trim_end_matches(".rs").to_owned()
}

/// The modules that follow every `crate::` outside comments and test modules, `use crate::{..}` included.
fn named_modules(source: &str) -> BTreeSet<String> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let code: String = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let mut named = BTreeSet::new();
    for (at, found) in code.match_indices("crate::") {
        let rest = &code[at + found.len()..];
        match rest.strip_prefix('{') {
            None => named.extend(module_name(rest)),
            Some(group) => named.extend(top_level_names(group)),
        }
    }
    named
}

/// The first name of each member of a brace group.
fn top_level_names(group: &str) -> Vec<String> {
    let (mut depth, mut start, mut names) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' | ',' if depth == 0 => {
                names.extend(module_name(group[start..at].trim()));
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    names
}

/// The module that a path starts with; none for a type of the crate root.
fn module_name(path: &str) -> Option<String> {
    let name: String = path
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    name.chars()
        .next()
        .is_some_and(char::is_lowercase)
        .then_some(name)
}

fn circle(
    graph: &BTreeMap<String, BTreeSet<String>>,
    path: &mut Vec<String>,
) -> Option<Vec<String>> {
    let last = path.last()?.clone();
    for next in graph.get(&last)? {
        if let Some(start) = path.iter().position(|module| module == next) {
            let mut found = path[start..].to_vec();
            found.push(next.clone());
            return Some(found);
        }
        path.push(next.clone());
        if let Some(found) = circle(graph, path) {
            return Some(found);
        }
        path.pop();
    }
    None
}
