//! Laws of taking apart and putting together.

use super::{Entry, MboxWriter, Split, Variant, unquote};
use proptest::prelude::*;
use std::io::Read;
use tamis_sanitize::Extent;

const FROM: &str = "From a@b Thu Jan  1 00:00:00 1970\n";

fn entries(mbox: &[u8]) -> Vec<Entry> {
    let mut split = Split::new(mbox);
    std::iter::from_fn(|| split.next_entry().unwrap()).collect()
}

fn part(mbox: &[u8], range: Extent) -> &[u8] {
    let at = |at: u64| usize::try_from(at).unwrap();
    &mbox[at(range.start)..at(range.end)]
}

fn join(mbox: &[u8]) -> Vec<u8> {
    let mut writer = MboxWriter::new(Vec::new(), Variant::Mboxrd);
    for entry in entries(mbox) {
        let whole = Extent::new(entry.from.start, entry.gap.end);
        writer.put_as_it_was(part(mbox, whole)).unwrap();
    }
    writer.into_inner()
}

/// Every message taken out, and written as if it had been changed.
fn rewrite(mbox: &[u8], variant: Variant) -> Vec<u8> {
    let mut writer = MboxWriter::new(Vec::new(), variant);
    for entry in entries(mbox) {
        let mut message = Vec::new();
        let mut reader = unquote(part(mbox, entry.message), variant);
        reader.read_to_end(&mut message).unwrap();
        writer
            .put_changed(part(mbox, entry.from), message.as_slice())
            .unwrap();
    }
    writer.into_inner()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn join_undoes_split(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mbox = [FROM.as_bytes(), &bytes].concat();
        prop_assert_eq!(join(&mbox), mbox);
    }

    #[test]
    fn join_undoes_split_of_many(lines in prop::collection::vec(prop::sample::select(vec![
        FROM, ">From x\n", "A: b\n", "\n", "\n", "\r\n", "text", "From \n",
    ]), 0..40)) {
        let mbox = format!("{FROM}{}", lines.concat()).into_bytes();
        prop_assert_eq!(join(&mbox), mbox);
    }

    #[test]
    fn what_was_quoted_well_is_written_as_it_was(
        variant in prop::sample::select(vec![Variant::Mboxo, Variant::Mboxrd, Variant::Mboxcl]),
        messages in prop::collection::vec(prop::collection::vec(
            prop::sample::select(vec![">From x\n", ">>From y\n", "text\n", "\n", "> From\n"]), 0..6), 1..4),
    ) {
        let entry = |lines: Vec<&str>| format!("{FROM}A: b\n\n{}last\n\n", lines.concat());
        let mbox: String = messages.into_iter().map(entry).collect();
        let rewritten = rewrite(mbox.as_bytes(), variant);
        prop_assert_eq!(String::from_utf8(rewritten).unwrap(), mbox);
    }

    #[test]
    fn a_changed_message_is_one_entry(message in "(A: b\n)?\n?([>]{0,2}(From [a-z: 0-9]{0,20}|x{0,3})\n){0,8}") {
        let mut writer = MboxWriter::new(Vec::new(), Variant::Mboxrd);
        for _ in 0..2 {
            writer.put_changed(FROM.as_bytes(), format!("A: b\n\n{message}").as_bytes()).unwrap();
        }
        prop_assert_eq!(entries(&writer.into_inner()).len(), 2);
    }
}
