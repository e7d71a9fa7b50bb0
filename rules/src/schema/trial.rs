//! The shape of a test that a policy carries.

use super::{any_of, described, one_or_many, table_of, text, texts};
use crate::facts::{Direction, Stage};
use crate::trial::Sample;
use serde_json::{Value, json};

/// A table `[[test]]`.
pub(super) fn test() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["expect"],
        "properties": {
            "name": described(text(), "What reports call the test."),
            "message": any_of([
                described(text(), "A message: the name of a file, or its text."),
                json!({ "$ref": "#/$defs/message" }),
            ]),
            "given": described(given(), "The envelope, what scanners and meters say, and the time."),
            "expect": described(expect(), "What must come of it."),
        },
    })
}

/// What a message is made of.
pub(super) fn message() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "from": text(),
            "to": text(),
            "subject": text(),
            "header": described(table_of(&text()), "Further header fields."),
            "text": text(),
            "html": text(),
            "attach": one_or_many(&json!({ "$ref": "#/$defs/attachment" })),
        },
    })
}

/// Something that is attached.
pub(super) fn attachment() -> Value {
    let samples: Vec<&str> = Sample::ALL.iter().map(|(_, name, _)| *name).collect();
    let contents = ["sample", "text", "zip", "message"].map(|key| json!({ "required": [key] }));
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "name": text(),
            "type": text(),
            "inline": { "type": "boolean" },
            "sample": described(json!({ "enum": samples }), "A harmless file of that kind."),
            "text": text(),
            "zip": one_or_many(&json!({ "$ref": "#/$defs/attachment" })),
            "message": { "$ref": "#/$defs/message" },
        },
        "oneOf": contents,
    })
}

fn given() -> Value {
    let flag_or_text = || any_of([json!({ "type": "boolean" }), text()]);
    let count = json!({ "type": "integer", "minimum": 0 });
    let meter = any_of([json!({ "enum": ["exceeded", "unavailable"] }), count]);
    let scan = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["engine"],
        "properties": {
            "engine": text(),
            "result": { "enum": ["clean", "found", "scored", "unscanned"] },
            "signature": text(),
            "reason": text(),
            "score": text(),
            "part": text(),
            "action": text(),
            "symbol": texts(),
            "subject": text(),
            "add_header": table_of(&text()),
            "remove_header": texts(),
        },
    });
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "client": text(),
            "client_name": text(),
            "helo": text(),
            "listener": text(),
            "tls": flag_or_text(),
            "tls_cipher": text(),
            "authenticated": text(),
            "sender": text(),
            "recipient": texts(),
            "direction": { "enum": Direction::ALL.map(Direction::name) },
            "macro": table_of(&text()),
            "time": text(),
            "weekday": text(),
            "meter": table_of(&meter),
            "scan": one_or_many(&scan),
            "command": text(),
            "poison": { "type": "boolean" },
        },
    })
}

fn expect() -> Value {
    let flag = || json!({ "type": "boolean" });
    json!({
        "type": "object",
        "additionalProperties": false,
        "minProperties": 1,
        "properties": {
            "verdict": { "enum": ["deliver", "reject", "tempfail", "discard", "continue"] },
            "reply": described(text(), "The start of the reply."),
            "stage": { "enum": Stage::ALL.map(Stage::name) },
            "rule": described(texts(), "Rules that fire."),
            "not_rule": described(texts(), "Rules that do not."),
            "observed": described(texts(), "Rules that would fire and are only observed."),
            "removed": described(any_of([json!({ "const": false }), texts()]), "Names of what is taken out, exactly these."),
            "names": described(texts(), "File names that the delivered message has."),
            "types": described(texts(), "Declared types that the delivered message has."),
            "text": described(texts(), "What stands in a text of the delivered message."),
            "changed": flag(),
            "quarantine": flag(),
            "hold": flag(),
            "tag": texts(),
            "header": table_of(&any_of([text(), flag()])),
            "added": described(texts(), "Recipients that come."),
            "gone": described(texts(), "Recipients that go."),
            "captured": { "enum": ["before", "after", "both", "none"] },
            "notified": described(texts(), "Who is told."),
        },
    })
}
