//! Reading, decoding and rewriting, beside the limit that no reader can pass: counting line ends.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use tamis_benches::{mail, octets, read};
use tamis_sanitize::decode::{Decoder, Encoding};
use tamis_sanitize::{Notice, PartEdit, Plan, Reading, rewrite};

fn reading(criterion: &mut Criterion) {
    for (name, mail) in [
        ("mail", mail(200, 4 << 20)),
        ("small mail", mail(400, 60 << 10)),
    ] {
        let mut group = criterion.benchmark_group(name);
        group
            .throughput(Throughput::Bytes(octets(&mail)))
            .sample_size(20);
        group.bench_function("count line ends", |bencher| {
            bencher.iter(|| {
                mail.iter()
                    .map(|message| memchr::memchr_iter(b'\n', message).count())
                    .sum::<usize>()
            });
        });
        group.bench_function("read", |bencher| {
            bencher.iter(|| {
                mail.iter()
                    .map(|message| black_box(read(message)).map().parts().len())
                    .sum::<usize>()
            });
        });
        group.finish();
    }
}

fn decoding(criterion: &mut Criterion) {
    let line = [
        b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0".as_slice(),
        b"\r\n",
    ]
    .concat();
    let base64 = line.repeat(10_000);
    let quoted =
        b"Quoted text with an =C3=A4 now and then, and a soft line break here =\r\n".repeat(10_000);
    for (name, encoding, body) in [
        ("base64", Encoding::Base64, base64),
        ("quoted-printable", Encoding::QuotedPrintable, quoted),
    ] {
        let mut group = criterion.benchmark_group("decode");
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_function(name, |bencher| {
            let mut out = Vec::new();
            bencher.iter(|| {
                let mut decoder = Decoder::new(encoding);
                for chunk in body.chunks(tamis_benches::CHUNK) {
                    out.clear();
                    decoder.push(chunk, &mut out);
                }
                decoder.finish(&mut out);
                black_box(out.len())
            });
        });
        group.finish();
    }
}

fn rewriting(criterion: &mut Criterion) {
    let mail = mail(400, 60 << 10);
    let maps: Vec<_> = mail.iter().map(|message| read(message)).collect();
    let notice = Notice {
        text: "A part was removed.".into(),
        name: "removed.txt".into(),
        language: "en".into(),
    };
    criterion.bench_function("rewrite the last part of 400 small messages", |bencher| {
        bencher.iter(|| {
            let mut pieces = 0;
            for reading in &maps {
                let Reading::Whole(map) = reading else {
                    continue;
                };
                let last = map
                    .parts()
                    .last()
                    .map(|part| (part.id(), PartEdit::Replace(notice.clone())));
                let plan = Plan {
                    parts: last.into_iter().collect(),
                    ..Plan::default()
                };
                pieces += rewrite(map, &plan).message(map).len();
            }
            pieces
        });
    });
}

criterion_group!(benches, reading, decoding, rewriting);
criterion_main!(benches);
