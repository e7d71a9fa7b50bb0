//! `V`: values of MIME fields, their parameters and file names.

macro_rules! value {
    ([$($next:ident)*] $($rows:tt)*) => { gather! { [$($next)*] $($rows)*

TypeInvalid, "V001", "type-invalid", Ambiguous, "A Content-Type that has no type and subtype.",
    differs "A bare `multipart` is a multipart to libetpan, MIME-tools, mailparser and rspamd, and text to the others; a type in quotes or behind junk is read by few.",
    repair "Read as what the most lenient parsers see; written as a type that is valid: multipart/mixed, text/plain or application/octet-stream.";

ParameterSyntax, "V002", "parameter-syntax", Ambiguous, "A parameter is broken: no name, no value, a missing quote or separator.",
    differs "Half of the libraries read a value whose closing quote is missing, a fifth a parameter behind a comma; the rest drop that parameter, or all of them, and the parts or the name with it.",
    repair "All readings count; the parameter is written anew, quoted.";

DuplicateParameter, "V003", "duplicate-parameter", Ambiguous, "A parameter is given more than once.",
    differs "Of two boundaries Python's email, GMime, Dovecot and mailparser use the first, MIME-tools, JavaMail and PHP the last; Go's mime package refuses the field.",
    repair "All values count; one is written.";

ParameterForms, "V004", "parameter-forms", Ambiguous, "A parameter has several readings: forms (plain and RFC 2231) that disagree, gaps, octets that its charset does not have, a boundary that is encoded or has escapes.",
    differs "JavaMail, Mime4J and Dovecot prefer the plain form, GMime, mailparser and mail-parser the RFC 2231 form; several do not know continuations, and a quoted pair is decoded by two thirds.",
    repair "All forms count; one value is written, in the form that its characters need.";

ValueComment, "V005", "value-comment", Ambiguous, "A comment inside a MIME field.",
    differs "GMime, Dovecot, KMime and MIME-tools skip it; Go's mime package, enmime and mailparse read it as part of the value or refuse the field.",
    repair "Read both ways where it hides something; no comment is written.";

EncodedWordInParameter, "V006", "encoded-word-in-parameter", Cosmetic, "An RFC 2047 encoded word in a parameter, where the standard forbids it.",
    differs "Most libraries decode it in a file name, some give it as it stands; the parts are the same.",
    repair "Left alone; both readings of the name count. A header section that is written anew has the decoded name.";

UnknownEncoding, "V007", "unknown-encoding", Ambiguous, "A Content-Transfer-Encoding that no standard names.",
    differs "Most read the body as it stands; some take the nearest name: postal-mime decodes x-base64, rspamd base-64; a third decodes x-uuencode.",
    repair "The body is tried under every encoding that the value resembles; it is written with a standard one.";

UnknownCharset, "V008", "unknown-charset", Ambiguous, "A charset that is not known.",
    differs "Shown as ASCII, as Latin-1, with replacement characters, or not at all.",
    repair "Written as UTF-8, read as UTF-8 if it is that and as windows-1252 otherwise.";

EncodedContainer, "V009", "encoded-container", Ambiguous, "A multipart or message with base64 or quoted-printable as its encoding.",
    differs "GMime, Python's email and JavaMail read an attached message as it stands, Mime4J, mail-parser, Go message libraries, rspamd and SpamAssassin decode it first.",
    repair "Decoded, read, and written without an encoding.";

NamesDisagree, "V010", "names-disagree", Ambiguous, "A part has several file names that differ.",
    differs "`filename` of Content-Disposition wins for most, `name` of Content-Type for some; of `filename` and `filename*` either does.",
    repair "All names count; one is written in both places.";

DeceptiveName, "V011", "deceptive-name", Ambiguous, "A file name hides its ending: bidi or zero-width characters, trailing dots or blanks, full-width dots, a path.",
    differs "Libraries hand it on as it stands or cut it, each at another place; Windows ignores dots and blanks at the end; screens show it in another order.",
    repair "Written as the plain file name that a client would save: without path, invisible characters and trailing dots.";

ContentEncoding, "V012", "content-encoding", Ambiguous, "A Content-Encoding field that names a transfer encoding; mail has no such field.",
    differs "Libraries give the body as it stands; extractors that look for encoded data decode it.",
    repair "The body is tried under that encoding too; the field is not written.";

ParameterLength, "V013", "parameter-length", Ambiguous, "A file name of more than 128 characters, or another parameter of more than 1024.",
    differs "Libraries read it whole; clients and gateways cut it, each at another place, and with the end of a name its extension.",
    repair "A file name is shortened in its middle, its extension stays; another parameter is not written.";

ParameterSpace, "V014", "parameter-space", Ambiguous, "White space in front of the equals sign of a parameter, or a line end behind it.",
    differs "Email::MIME loses that parameter and all that follow it, with blanks letterparser too; mail-parser does not look on the next line.",
    repair "The parameter is written without white space.";

EncodingSpace, "V015", "encoding-space", Ambiguous, "A transfer encoding that is followed by white space, or that stands on the next line.",
    differs "Python's email and mailparse do not know `base64` with a blank behind it and give the body as it stands; on the next line libetpan does not find it either.",
    repair "Read without the white space; the body is decoded.";

    } };
}
