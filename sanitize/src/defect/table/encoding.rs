//! `E`: lines and transfer encodings of bodies.

macro_rules! encoding {
    ([$($next:ident)*] $($rows:tt)*) => { gather! { [$($next)*] $($rows)*

BareLf, "E001", "bare-lf", Cosmetic, "A line ends in LF alone in a message whose other lines end in CRLF.",
    differs "All 28 libraries of the comparison take it for the end of a line.",
    repair "Left alone; what is written anew ends its lines in CRLF.";

BareCr, "E002", "bare-cr", Ambiguous, "A CR stands alone, inside a header field or a line of text.",
    differs "JavaMail, Python's email, Ruby's Mail, rspamd and a few more end the line there; the others read on, so that a field or a delimiter behind it is theirs alone.",
    repair "A line ends there in a header section and at a delimiter; what is written has CRLF only.";

NulByte, "E003", "nul-byte", Ambiguous, "A NUL octet in a header section or a textual body.",
    differs "A delimiter or a value is cut there, read on as if it were not there, or not recognised: 7 of 28 find the part behind a delimiter with a NUL, 12 a value with one.",
    repair "Removed from fields and delimiters; a text that has some is written anew without them.";

Base64Junk, "E004", "base64-junk", Ambiguous, "Characters outside the base64 alphabet.",
    differs "Three quarters of the libraries skip them; Go's base64, mail-parser, mailparse, VMime and PHP stop or give an error.",
    repair "Decoded both ways; what is written is clean base64 of the fuller reading.";

Base64Padding, "E005", "base64-padding", Ambiguous, "Base64 padding is missing, early or followed by more data.",
    differs "At padding amid the data JavaMail, emailjs, mailparser, mail-parser, mailparse and rspamd read on, the others stop; without padding mailparse and letterparser give nothing.",
    repair "Decoded in each way; the reading that fits the content best is written, padded.";

QuotedPrintableInvalid, "E006", "quoted-printable-invalid", Ambiguous, "An escape of quoted-printable that is not two hexadecimal digits, or an octet that should be escaped.",
    differs "Nearly all leave it as it stands; Ruby's Mail loses content behind such an escape, mailparse such an octet.",
    repair "Taken literally; the body is written anew in a transfer encoding without such escapes.";

Undeclared8Bit, "E007", "undeclared-8bit", Cosmetic, "Octets above 127 in a body declared 7bit.",
    differs "All libraries hand the octets on; which characters they are is guessed.",
    repair "Left alone.";

EmbeddedFile, "E008", "embedded-file", Ambiguous, "A file stands in text: uuencode, xxencode, yEnc, `BinHex` or base64 with a name.",
    differs "KMime and MIME-tools, asked to, make a part of it, ripmime, uudeview and ClamAV extract it; to the others it is text.",
    repair "Taken out of the text, and written as a part of its own.";

HidingCharset, "E009", "hiding-charset", Ambiguous, "Text in UTF-7, UTF-16 or UTF-32, where ASCII does not stand as it is.",
    differs "Clients convert it, or show it as it stands; what looks for tags or links without converting it sees none.",
    repair "Converted to UTF-8.";

QuotedPrintableLoose, "E010", "quoted-printable-loose", Ambiguous, "Quoted-printable of a file with digits in small letters, two kinds of line ends, or a soft line break or blank as its end.",
    differs "Of a file that ends in a soft line break eleven of 22 parsers keep or lose a line end; Horde does not decode small letters, mail-parser and mailparse make CRLF of LF. Of text all make the same.",
    repair "Decoded; the file is written as base64.";

MixedLineEnds, "E020", "mixed-line-ends", Ambiguous, "A delimiter line of a multipart that ends otherwise than the lines of the message, in LF or CRLF, or that stands behind such a line; or an empty line behind a header section that ends otherwise than the field before it.",
    differs "Go's message packages do not see a delimiter behind the other line end, Email::MIME and Ruby's Mail lose parts or header sections.",
    repair "Written with CRLF in all lines.";

NoFinalLineEnd, "E021", "no-final-line-end", Ambiguous, "The last line of a message has no line end, and is all of its text or some of a file. Over SMTP every line has one.",
    differs "mailparse of PHP drops that line, and shows no text or a damaged file.",
    repair "A line end is added; a file that stands there unencoded is written as base64.";

    } };
}
