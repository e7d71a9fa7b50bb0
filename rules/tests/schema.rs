//! The JSON Schema: policies that are right fulfil it, and what it can see of mistakes it sees.

use serde_json::{Map, Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use tamis_rules::schema::schema;
use toml::de::{DeTable, DeValue};

/// What an editor makes of a TOML value.
fn json_of(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => json!(text.as_ref()),
        DeValue::Integer(number) => {
            let number = i64::from_str_radix(number.as_str(), number.radix()).expect("a number");
            json!(number)
        }
        DeValue::Float(number) => json!(number.as_str().parse::<f64>().expect("a number")),
        DeValue::Boolean(flag) => json!(flag),
        DeValue::Datetime(date) => json!(date.to_string()),
        DeValue::Array(items) => items.iter().map(|item| json_of(item.get_ref())).collect(),
        DeValue::Table(table) => json_of_table(table),
    }
}

fn json_of_table(table: &DeTable<'_>) -> Value {
    let entries = table.iter();
    let entries = entries.map(|(key, value)| (key.get_ref().to_string(), json_of(value.get_ref())));
    Value::Object(entries.collect::<Map<_, _>>())
}

fn document(text: &str) -> Value {
    json_of_table(DeTable::parse(text).expect("TOML").get_ref())
}

/// Everything at which a value does not fulfil a schema: the words of JSON Schema that ours uses, and no others.
fn complaints(value: &Value, shape: &Value, whole: &Value, at: &str, found: &mut Vec<String>) {
    let shape = shape.as_object().expect("a schema is an object");
    let fulfils = |shape: &Value| {
        let mut inner = Vec::new();
        complaints(value, shape, whole, at, &mut inner);
        inner.is_empty()
    };
    let entries = || value.as_object().into_iter().flatten();
    let items = || value.as_array().into_iter().flatten();
    for (word, says) in shape {
        let texts = || says.as_array().into_iter().flatten();
        let good = match word.as_str() {
            "$schema" | "title" | "description" | "$defs" | "properties" | "examples" => true,
            "$ref" => {
                let path = says.as_str().and_then(|path| path.strip_prefix('#'));
                let target = path
                    .and_then(|path| whole.pointer(path))
                    .expect("a definition");
                complaints(value, target, whole, at, found);
                true
            }
            "type" => match says {
                Value::String(kind) => is_of(value, kind),
                several => several
                    .as_array()
                    .expect("types")
                    .iter()
                    .any(|kind| is_of(value, kind.as_str().expect("a type"))),
            },
            "const" => value == says,
            "enum" => texts().any(|known| known == value),
            "anyOf" => texts().any(fulfils),
            "oneOf" => texts().filter(|shape| fulfils(shape)).count() == 1,
            "required" => texts().all(|key| value.get(key.as_str().expect("a key")).is_some()),
            "minProperties" => {
                !value.is_object() || entries().count() as u64 >= says.as_u64().expect("a number")
            }
            "minItems" => {
                !value.is_array() || items().count() as u64 >= says.as_u64().expect("a number")
            }
            "maxItems" => items().count() as u64 <= says.as_u64().expect("a number"),
            "minLength" => value
                .as_str()
                .is_none_or(|text| text.chars().count() as u64 >= says.as_u64().expect("a number")),
            "minimum" => value
                .as_f64()
                .is_none_or(|number| number >= says.as_f64().expect("a number")),
            "pattern" => value.as_str().is_none_or(|text| {
                regex::Regex::new(says.as_str().expect("text"))
                    .expect("an expression")
                    .is_match(text)
            }),
            "items" => {
                for (place, item) in items().enumerate() {
                    complaints(item, says, whole, &format!("{at}[{place}]"), found);
                }
                true
            }
            "additionalProperties" => {
                for (key, inner) in entries() {
                    let known = shape.get("properties").and_then(|it| it.get(key));
                    match (known, says) {
                        (Some(_), _) => {}
                        (None, Value::Bool(false)) => {
                            found.push(format!("{at}.{key} is not known"));
                        }
                        (None, says) => {
                            complaints(inner, says, whole, &format!("{at}.{key}"), found);
                        }
                    }
                }
                true
            }
            other => panic!("{other} is not understood"),
        };
        if !good {
            found.push(format!("{at}: {word} {says} does not hold for {value}"));
        }
    }
    for (key, says) in shape
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        if let Some(inner) = value.get(key) {
            complaints(inner, says, whole, &format!("{at}.{key}"), found);
        }
    }
}

fn is_of(value: &Value, kind: &str) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        other => panic!("{other} is no type"),
    }
}

fn check(text: &str) -> Vec<String> {
    let schema = schema();
    let mut found = Vec::new();
    complaints(&document(text), &schema, &schema, "", &mut found);
    found
}

/// Every TOML file below a directory.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|it| it == "toml") {
            found.push(path);
        }
    }
    found
}

#[test]
fn what_is_right_fulfils_it() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let all: Vec<PathBuf> = ["presets", "cases"]
        .iter()
        .flat_map(|dir| files(&here.join(dir)))
        .collect();
    assert!(all.len() > 80, "{}", all.len());
    for path in all {
        let text = fs::read_to_string(&path).expect("readable");
        assert_eq!(check(&text), [""; 0], "{}", path.display());
    }
}

#[test]
fn what_it_can_see_of_mistakes_it_sees() {
    let rule = |when: &str, then: &str| {
        format!("[[rule]]\nname = 'a'\nwhen = {{ {when} }}\nthen = {{ {then} }}\n")
    };
    for (text, place) in [
        (rule("sendr = 'a@b.example'", "reject = true"), "sendr"),
        (rule("sender = 1", "reject = true"), "sender"),
        (rule("part.kind = 'exe'", "strip = true"), "kind"),
        (rule("part.knd = 'pdf'", "strip = true"), "knd"),
        (rule("size = '>1MiB'", "rejct = true"), "rejct"),
        (rule("size = '>1MiB'", "reject = 5"), "reject"),
        (rule("size = '>1MiB'", ""), "then"),
        (rule("any = [{ tls = 3 }]", "reject = true"), "any"),
        ("version = 2".to_owned(), "version"),
        ("mode = 'watch'".to_owned(), "mode"),
        ("[[rule]]\nthen = { reject = true }".to_owned(), "name"),
        (
            "[[rule]]\nname = 'two words'\nthen = { reject = true }".to_owned(),
            "pattern",
        ),
        (
            "[list.a]\nkind = 'adress'\nentries = ['a@b.example']".to_owned(),
            "kind",
        ),
        (
            "[meter.a]\nkey = 'client'\ncounts = 'mails'\nlimits = '1 in 1h'".to_owned(),
            "counts",
        ),
        ("[banner.a]\nhtml = 'x'".to_owned(), "text"),
        ("[[test]]\nname = 'a'".to_owned(), "expect"),
        (
            "[[test]]\nexpect = { verdit = 'reject' }".to_owned(),
            "verdit",
        ),
        (
            "[[test]]\nmessage = { attach = [{ name = 'a' }] }\nexpect = { changed = true }"
                .to_owned(),
            "attach",
        ),
        (
            "[[test]]\ngiven = { direction = 'in' }\nexpect = { changed = true }".to_owned(),
            "direction",
        ),
        ("rules = []".to_owned(), "rules"),
    ] {
        let found = check(&text);
        assert!(
            found.iter().any(|it| it.contains(place)),
            "{place}: {found:?} in\n{text}"
        );
    }
}
