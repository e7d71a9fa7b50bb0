//! File names (`fn`): what a part is called decides what happens when somebody opens it.

use super::{Draft, Slot, Trick, trick};

pub(super) const TRICKS: &[Trick] = &[
    trick("fn-extended", Slot::Name, extended),
    trick("fn-forms-disagree", Slot::Name, forms_disagree),
    trick("fn-encoded-word", Slot::Name, encoded_word),
    trick("fn-hidden-ending", Slot::Name, hidden_ending),
    trick("fn-syntax", Slot::Name, syntax),
    trick("fn-none", Slot::Name, none),
    trick("fn-elsewhere", Slot::Name, elsewhere),
    trick("fn-octets", Slot::Name, octets),
    trick("fn-long", Slot::Name, long),
];

/// Writes the disposition; `{s}` stands for the stem of the name, `{e}` for its ending, `{d}` and `{f}` for the two halves
/// of the ending.
fn disposition(draft: &mut Draft, parameters: &str) {
    let (stem, ending) = draft
        .load
        .name
        .rsplit_once('.')
        .unwrap_or((draft.load.name, ""));
    let (front, back) = ending.split_at(1);
    let text = parameters
        .replace("{s}", stem)
        .replace("{e}", ending)
        .replace("{d}", front)
        .replace("{f}", back);
    draft.part.field("Content-Type").value = b"application/octet-stream".to_vec();
    draft.part.field("Content-Disposition").value = format!("attachment; {text}").into_bytes();
}

fn choose(draft: &mut Draft, rows: &[&str]) {
    let row = draft.random.pick(rows);
    disposition(draft, row);
}

fn extended(draft: &mut Draft) {
    choose(
        draft,
        &[
            "filename*=utf-8''{s}%2E{e}",
            "filename*0=\"{s}\"; filename*1=\".{d}\"; filename*2=\"{f}\"",
            "filename*2=\"{f}\"; filename*0=\"{s}\"; filename*1=\".{d}\"",
            "filename*0=\"{s}\"; filename*2=\".{e}\"",
            "filename*0*=utf-8''{s}; filename*1=.{e}",
            "filename*00=\"{s}\"; filename*01=\".{e}\"",
            "filename*1=\"{s}\"; filename*2=\".{e}\"",
            "filename*=''{s}.{e}",
            "filename*={s}.{e}",
            "filename*=\"utf-8''{s}.{e}\"",
            "filename*=nocharset'en'{s}.{e}",
            "filename*=utf-8''{s}%ZZ.{e}",
            "filename*0*=utf-16''%00{s}.{e}",
            "FILENAME*0*=UTF-8''{s}.; FileName*1*=%{d}{f}; filename*1={e}",
        ],
    );
}

fn forms_disagree(draft: &mut Draft) {
    choose(
        draft,
        &[
            "filename=\"notes.txt\"; filename*=utf-8''{s}.{e}",
            "filename*=utf-8''notes.txt; filename=\"{s}.{e}\"",
            "filename=\"notes.txt\"; filename=\"{s}.{e}\"",
            "filename=\"{s}.{e}\"; filename=\"notes.txt\"",
            "filename=\"notes.txt\"; filename*0=\"{s}\"; filename*1=\".{e}\"",
            "filename=\"notes.txt\"; name=\"{s}.{e}\"",
        ],
    );
}

fn encoded_word(draft: &mut Draft) {
    choose(
        draft,
        &[
            "filename=\"=?utf-8?Q?{s}=2E{e}?=\"",
            "filename=\"=?utf-8?Q?{s}=2E{d}?= =?utf-8?Q?{f}?=\"",
            "filename==?utf-8?Q?{s}=2E{e}?=",
            "filename=\"=?utf-8?Q?{s}?=.{e}\"",
            "filename=\"=?x-unknown?Q?{s}=2E{e}?=\"",
            "filename=\"=?utf-8?Q?{s}=2E{e}\"",
            "filename=\"notes.txt =?utf-8?Q?{s}=2E{e}?=\"",
            "filename=\"=?utf-8?Q?=3D=3Futf-8=3FQ=3F{s}=2E{e}=3F=3D?=\"",
            "filename=\"=?utf-8?q?{s}=0D=0A=2E{e}?=\"",
        ],
    );
}

fn hidden_ending(draft: &mut Draft) {
    if draft.random.one_in(16) {
        // A program by its name, whatever is in it.
        draft.load.forbidden = true;
        return choose(draft, &["filename*=utf-8''{s}.%EF%BD%85%EF%BD%98%EF%BD%85"]);
    }
    choose(
        draft,
        &[
            "filename*=utf-8''{s}%E2%80%AEfdp.{e}",
            "filename=\"{s}.{e} . .\"",
            "filename=\"{s}.{e}....\"",
            "filename=\"..\\\\..\\\\{s}.{e}\"",
            "filename=\"../../{s}.{e}\"",
            "filename=\"/etc/{s}.{e}/\"",
            "filename*=utf-8''{s}.{e}%00.txt",
            "filename*=utf-8''{s}%EF%BC%8E{e}",
            "filename*=utf-8''{s}.{d}%E2%80%8B{f}",
            "filename*=utf-8''{s}.{d}%C2%AD{f}",
            "filename=\"{s}.pdf.{e}\"",
            "filename=\"{s}.pdf                                                  .{e}\"",
            "filename=\"{s}.{e}:stream.txt\"",
            "filename=\"{s}.{e}%00.txt\"",
            "filename=\"CON.{e}\"",
        ],
    );
}

fn syntax(draft: &mut Draft) {
    choose(
        draft,
        &[
            "filename=my {s}.{e}",
            "filename={s}.{e}; size=3",
            "filename=\"{s}.{d}\r\n {f}\"",
            "filename=\"{s}\r\n .{e}\"",
            "filename=\"{s}.\\{d}{f}\"",
            "filename='{s}.{e}'",
            "filename=\"{s}.{e}",
            "filename={s}.{e}\"",
            "filename=\"notes;.txt\"; filename={s}.{e}",
            "filename={s}(.txt).{e}",
            "filename={s}.{e} (.txt)",
            "filename = {s}.{e}",
            "filename={s},{s}.{e}",
            "filename=<{s}.{e}>",
            "; ; filename=\"{s}.{e}\"",
        ],
    );
}

fn none(draft: &mut Draft) {
    draft.load.forbidden &= !draft.load.is_text();
    let media_type = draft.random.pick(&[
        "application/octet-stream",
        "text/plain",
        "image/png",
        "application/pdf; name=\"doc.pdf\"",
        "audio/x-wav",
    ]);
    draft.part.field("Content-Type").value = media_type.into();
    match draft.random.below(3) {
        0 => draft.part.remove("Content-Disposition"),
        1 => draft.part.field("Content-Disposition").value = b"inline".to_vec(),
        _ => draft.part.field("Content-Disposition").value = b"attachment; filename=\"\"".to_vec(),
    }
}

/// The name stands where only some readers look.
fn elsewhere(draft: &mut Draft) {
    let name = draft.load.name;
    draft.part.field("Content-Disposition").value = b"attachment".to_vec();
    let (field, value) = match draft.random.below(5) {
        0 => (
            "Content-Type",
            format!("application/octet-stream; name*=utf-8''{name}"),
        ),
        1 => (
            "Content-Type",
            format!("application/octet-stream; filename=\"{name}\""),
        ),
        2 => ("Content-Location", name.to_owned()),
        3 => ("Content-Description", name.to_owned()),
        _ => (
            "Content-Type",
            format!("application/octet-stream; name=\"notes.txt\"; name=\"{name}\""),
        ),
    };
    draft.part.field(field).value = value.into_bytes();
}

fn octets(draft: &mut Draft) {
    let odd = draft.random.pick::<&[u8]>(&[
        b"\xe9",
        b"\xc3\xa9",
        b"\0",
        b"\x01",
        b"\x1b[2J",
        b"\x7f",
        b"\r",
        b"\x08",
    ]);
    let front = draft.random.one_in(2);
    let name = draft.load.name.as_bytes();
    let name = if front {
        [odd, name].concat()
    } else {
        [name, odd].concat()
    };
    draft.part.field("Content-Disposition").value =
        [b"attachment; filename=\"", &name[..], b"\""].concat();
}

fn long(draft: &mut Draft) {
    let length = draft.random.pick(&[250, 1_000, 5_000, 20_000]);
    let row = format!("filename=\"{}{{s}}.{{e}}\"", "a".repeat(length));
    disposition(draft, &row);
}
