//! Loading the shipped policy, and deciding by it.

#[path = "../../rules/tests/support/many.rs"]
mod many;

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use tamis_benches::{mail, read};
use tamis_rules::{Envelope, Facts, Sources, Stage, load};

fn deciding(criterion: &mut Criterion) {
    let sources = || Sources::preset("default").expect("a preset");
    criterion.bench_function("load the default policy", |bencher| {
        bencher.iter(|| black_box(load(&sources())).is_ok());
    });
    let policy = load(&sources()).expect("a policy");
    let readings: Vec<_> = mail(100, 60 << 10)
        .iter()
        .map(|message| read(message))
        .collect();
    let envelope = Envelope {
        sender: Some("a@example.com".into()),
        recipients: vec!["b@example.org".into()],
        ..Envelope::default()
    };
    criterion.bench_function("decide about 100 messages", |bencher| {
        bencher.iter(|| {
            for reading in &readings {
                let facts = Facts {
                    stage: Stage::Message,
                    envelope: &envelope,
                    message: Some(reading),
                    scans: &[],
                };
                black_box(policy.decide(&facts));
            }
        });
    });
}

/// 200 rules that look at all there is, over a message of ten parts.
fn deciding_by_many_rules(criterion: &mut Criterion) {
    let text = many::policy(200);
    let policy = load(&Sources::new("many.toml", &text)).expect("a policy");
    let reading = read(many::message().replace('\n', "\r\n").as_bytes());
    let envelope = Envelope {
        sender: Some(many::sender().into()),
        recipients: vec!["b@example.org".into()],
        ..Envelope::default()
    };
    let facts = Facts {
        stage: Stage::Message,
        envelope: &envelope,
        message: Some(&reading),
        scans: &[],
    };
    criterion.bench_function("decide by 200 rules about 10 parts", |bencher| {
        bencher.iter(|| black_box(policy.decide(&facts)));
    });
}

criterion_group!(benches, deciding, deciding_by_many_rules);
criterion_main!(benches);
