//! Loading the shipped policy, and deciding by it.

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

criterion_group!(benches, deciding);
criterion_main!(benches);
