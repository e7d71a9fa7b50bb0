//! `H`: header sections and their fields.

macro_rules! header {
    ([$($next:ident)*] $($rows:tt)*) => { gather! { [$($next)*] $($rows)*

MboxFrom, "H001", "mbox-from-line", Cosmetic, "The message starts with the From line of an mbox file.",
    differs "Python's email and libetpan take no field behind it for one; most others skip the line.",
    repair "Left alone as the first line of a message; the MTA never sees it as part of a message.";

ByteOrderMark, "H002", "byte-order-mark", Ambiguous, "A byte order mark stands before the first field.",
    differs "postal-mime and MIME-tools skip it and read the field; most others read a field of another name, or the end of the header section.",
    repair "Removed; the field behind it counts.";

FieldNameSpace, "H003", "field-name-space", Ambiguous, "White space between a field name and its colon.",
    differs "GMime, JavaMail, Mime4J and Dovecot read the field; Go net/mail refuses the message; Python's email, MIME-tools and rspamd ignore the field or end the header section at it.",
    repair "The field counts and is written without the white space.";

FieldNameInvalid, "H004", "field-name-invalid", Ambiguous, "A field name is empty or has characters other than printable ASCII.",
    differs "Most parsers ignore the field; libetpan ends the header section; postal-mime takes a no-break space off the name and reads the field.",
    repair "A field whose name is a known one without the foreign octets counts and is written with that name; others are removed.";

FieldMissingColon, "H005", "field-missing-colon", Ambiguous, "A line of a header section is no field and continues none.",
    differs "Python's email, libetpan, KMime and Go net/mail end the header section or refuse the message; the others skip the line and go on reading fields.",
    repair "The line is removed and the fields behind it count.";

FirstLineFolded, "H006", "first-line-folded", Ambiguous, "A header section starts with white space: a continuation of nothing.",
    differs "Most parsers ignore the line or read it as a field; enmime, Go net/mail, libetpan and mailparse read no header section at all.",
    repair "Read as a field if it is one, otherwise removed; nothing written starts with white space.";

BlankContinuation, "H007", "blank-continuation", Cosmetic, "A continuation line of white space only.",
    differs "Behind a field that other fields follow, 27 of 28 libraries read on; libetpan ends the header section.",
    repair "Left alone; a field that is written anew has none.";

Raw8Bit, "H008", "raw-8bit-header", Cosmetic, "A header field has octets above 127 that are not declared.",
    differs "The structure is the same for all; the text is shown as UTF-8, as Latin-1 or not at all.",
    repair "Left alone; `raw-8bit` in the policy has it written as encoded words.";

ControlCharacter, "H009", "control-character", Ambiguous, "A header field has a control character other than tab.",
    differs "Some parsers cut the value there, some drop the character, some keep it; terminals and clients act on it.",
    repair "Removed from the field.";

LongLine, "H010", "long-line", Cosmetic, "A line is longer than 998 octets.",
    differs "All libraries of the comparison read the same; some servers cut such lines or break them.",
    repair "Left alone; what is written anew has lines of 78 octets where it can.";

DuplicateField, "H011", "duplicate-field", Ambiguous, "A field that may stand once stands more than once.",
    differs "Python's email, MIME-tools, JavaMail and most others take the first Content-Type or Content-Transfer-Encoding; GMime, Dovecot, mail-parser, Ruby's Mail and SpamAssassin the last; clients show one From and authenticate the other.",
    repair "All of them are read; the one whose reading shows most stays, the others are removed.";

MissingSeparator, "H012", "missing-separator", Ambiguous, "A header section ends without an empty line.",
    differs "Python's email, libetpan, Perl's mailbox reader and SpamAssassin begin the body there; most take the lines for broken fields and lose what they hold.",
    repair "The line that is no field begins the body, and an empty line is written in front of it.";

MissingMimeVersion, "H013", "missing-mime-version", Cosmetic, "MIME fields without MIME-Version.",
    differs "27 of 28 libraries read the parts all the same; Horde reads one text.",
    repair "Left alone; a header section that is written anew has MIME-Version: 1.0 once.";

    } };
}
