//! The JSON Schema of policy files (draft 2020-12): what editors complete, explain and check by.
//!
//! It is made from the tables of conditions and actions, and says of each key what its documentation says. What only the
//! loading can know (whether a list is defined, whether a pattern can be compiled) it does not say.

mod trial;

use crate::action;
use crate::condition::{self, Described};
use crate::lint;
use crate::list::ListKind;
use crate::meter::{Counts, KeyPart};
use crate::takes::Takes;
use serde_json::{Map, Value, json};

/// The schema.
pub fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tamis policy",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "allow": described(one_or_many(&json!({ "enum": lint::names() })), "What deserves a second look and is meant."),
            "version": { "const": 1, "description": "The version of the policy language." },
            "mode": { "enum": ["enforce", "observe"], "description": "With observe, every message is delivered as it came, and what would have been done is logged." },
            "differing_recipients": { "enum": ["strictest", "defer"], "description": "What is done if recipients of one message want different things: the strictest counts for all, or all but those like the first are deferred." },
            "include": described(texts(), "Policy files, or preset:NAME, whose rules come after those of this file."),
            "drop_in": described(text(), "A directory of policy files, in lexical order; their rules come after those of this file."),
            "repair": described(table_of(&json!({ "type": ["boolean", "string"] })), "Which defects are repaired: a class, name or code, and repair or ignore."),
            "list": table_of(&list()),
            "meter": table_of(&meter()),
            "notice": table_of(&notice()),
            "banner": table_of(&banner()),
            "rule": { "type": "array", "items": rule() },
            "test": { "type": "array", "items": trial::test() },
        },
        "$defs": {
            "when": conditions(),
            "then": actions(),
            "message": trial::message(),
            "attachment": trial::attachment(),
        },
    })
}

fn rule() -> Value {
    let conditions = json!({ "$ref": "#/$defs/when" });
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["name", "then"],
        "properties": {
            "name": described(name(), "What reports, replies and the log call the rule."),
            "description": described(text(), "What the rule is for."),
            "allow": described(one_or_many(&json!({ "enum": lint::names() })), "What deserves a second look in this rule and is meant."),
            "mode": { "enum": ["enforce", "observe"], "description": "With observe, the rule only says what it would do." },
            "when": described(conditions.clone(), "What must hold: every key, and any of its values."),
            "unless": described(one_or_many(&conditions), "What must not hold."),
            "then": { "$ref": "#/$defs/then" },
        },
    })
}

/// The table of conditions: keys with a dot are tables in TOML.
fn conditions() -> Value {
    let mut own = Map::new();
    let mut groups: Map<String, Value> = Map::new();
    for (entry, takes) in condition::shapes() {
        let value = explained(&entry, shape(takes));
        match entry.key.split_once('.') {
            None => drop(own.insert(entry.key.to_owned(), value)),
            Some((group, "NAME")) => {
                let table = json!({
                    "type": "object",
                    "additionalProperties": shape(takes),
                    "description": text_of(&entry),
                });
                own.insert(group.to_owned(), table);
            }
            Some((group, key)) => {
                let keys = groups.entry(group).or_insert_with(|| json!({}));
                if let Some(keys) = keys.as_object_mut() {
                    keys.insert(key.to_owned(), value);
                }
            }
        }
    }
    for (group, keys) in groups {
        own.insert(
            group,
            json!({ "type": "object", "additionalProperties": false, "properties": keys }),
        );
    }
    let branches = one_or_many(&json!({ "$ref": "#/$defs/when" }));
    for (key, says) in [
        ("any", "One of these tables must hold."),
        ("all", "All of these tables must hold."),
        ("not", "None of these tables may hold."),
    ] {
        own.insert(key.to_owned(), described(branches.clone(), says));
    }
    json!({ "type": "object", "additionalProperties": false, "properties": own })
}

fn actions() -> Value {
    let properties: Map<String, Value> = action::shapes()
        .map(|(entry, takes)| (entry.key.to_owned(), explained(&entry, shape(takes))))
        .collect();
    json!({ "type": "object", "additionalProperties": false, "minProperties": 1, "properties": properties })
}

/// The shape of a value.
fn shape(takes: Takes) -> Value {
    let comparison = |number: &str| format!("^\\s*(>=|<=|>|<|=)\\s*{number}\\s*$");
    match takes {
        Takes::Flag => json!({ "type": "boolean" }),
        Takes::True => json!({ "const": true }),
        Takes::False => json!({ "const": false }),
        Takes::Text => text(),
        Takes::Texts => texts(),
        Takes::FlagOrTexts => any_of([json!({ "type": "boolean" }), texts()]),
        Takes::TrueOrText => any_of([json!({ "const": true }), text()]),
        Takes::FlagOrText => any_of([json!({ "type": "boolean" }), text()]),
        Takes::Words(words) => one_or_many(&json!({ "enum": words() })),
        Takes::FlagOrWords(words) => any_of([
            json!({ "type": "boolean" }),
            one_or_many(&json!({ "enum": words() })),
        ]),
        Takes::Size => {
            json!({ "type": "string", "pattern": comparison("[0-9]+\\s*([kKmMgG][iI]?)?[bB]?") })
        }
        Takes::Count => any_of([
            json!({ "type": "integer", "minimum": 0 }),
            json!({ "type": "string" }),
        ]),
        Takes::Score => json!({ "type": "string", "pattern": comparison("-?[0-9]+(\\.[0-9]+)?") }),
        Takes::Fields => table_of(&text()),
        Takes::TextOrTable(keys) => any_of([texts(), table(keys)]),
    }
}

fn table(keys: &[(&str, Takes)]) -> Value {
    let properties: Map<String, Value> = keys
        .iter()
        .map(|(key, takes)| ((*key).to_owned(), shape(*takes)))
        .collect();
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}

fn list() -> Value {
    let kinds = ListKind::ALL.map(ListKind::name);
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["kind"],
        "properties": {
            "kind": { "enum": kinds, "description": "What the entries are." },
            "entries": texts(),
            "file": described(text(), "A file with one entry a line; # starts a comment."),
            "source": described(text(), "Where the entries come from."),
            "retrieved": { "description": "When they were taken from there: a date." },
            "max_entries": { "type": "integer", "minimum": 1, "description": "More entries than this are an error: a list that has grown so is not what it was." },
        },
    })
}

fn meter() -> Value {
    let keys: Vec<_> = KeyPart::ALL.iter().map(|(_, name, _)| *name).collect();
    let counts: Vec<_> = Counts::ALL.iter().map(|(_, name, _)| *name).collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["key", "counts", "limits"],
        "properties": {
            "key": described(one_or_many(&json!({ "enum": keys })), "What is counted apart."),
            "counts": { "enum": counts, "description": "What is counted." },
            "limits": described(texts(), "How much is allowed in which time: \"200 in 1h\"."),
        },
    })
}

fn notice() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["text"],
        "properties": { "text": text(), "name": text(), "language": text() },
    })
}

fn banner() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["text"],
        "properties": { "text": text(), "html": text(), "place": { "enum": ["top", "bottom"] } },
    })
}

fn name() -> Value {
    json!({ "type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$" })
}

fn text() -> Value {
    json!({ "type": "string", "minLength": 1 })
}

fn texts() -> Value {
    one_or_many(&text())
}

fn one_or_many(item: &Value) -> Value {
    any_of([
        item.clone(),
        json!({ "type": "array", "minItems": 1, "items": item }),
    ])
}

fn any_of(shapes: impl IntoIterator<Item = Value>) -> Value {
    let shapes: Vec<Value> = shapes.into_iter().collect();
    json!({ "anyOf": shapes })
}

fn table_of(value: &Value) -> Value {
    json!({ "type": "object", "additionalProperties": value })
}

fn explained(entry: &Described, value: Value) -> Value {
    described(value, &text_of(entry))
}

fn text_of(entry: &Described) -> String {
    format!("{} Example: {}", entry.says, entry.example)
}

fn described(mut value: Value, says: &str) -> Value {
    if let Some(object) = value.as_object_mut() {
        object.insert("description".to_owned(), json!(says));
    }
    value
}
