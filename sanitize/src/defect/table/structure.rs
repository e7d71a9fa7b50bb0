//! `M`: the structure of the message: multiparts, boundaries, containers.

macro_rules! structure {
    ([$($next:ident)*] $($rows:tt)*) => { gather! { [$($next)*] $($rows)*

BoundaryMissing, "M001", "boundary-missing", Ambiguous, "A multipart without a boundary parameter.",
    differs "JavaMail, VMime and rspamd guess it from the first line that looks like a delimiter; the others see one text.",
    repair "Guessed as they do; the parts are written with a boundary of their own.";

BoundaryInvalid, "M002", "boundary-invalid", Ambiguous, "A boundary that is empty, too long, ends in white space or has characters that RFC 2046 does not allow.",
    differs "With white space at its end a quarter of the libraries still find the parts, with an empty one a fifth, with octets above 127 half.",
    repair "Every reading of it is looked for; the parts are written with a fresh boundary.";

BoundaryUnused, "M003", "boundary-unused", Ambiguous, "A multipart whose boundary never occurs.",
    differs "One empty multipart, one text, or the parts of a boundary that some parsers guess.",
    repair "If lines look like delimiters, their parts are written with a boundary of their own; otherwise the body becomes one text.";

BoundaryRepeated, "M004", "boundary-repeated", Ambiguous, "Two open multiparts have the same boundary, or the boundary of one begins with that of the other.",
    differs "Parsers agree on the leaves and disagree on which multipart they belong to and where each ends.",
    repair "Every multipart gets a boundary of its own.";

BoundaryNearMiss, "M005", "boundary-near-miss", Ambiguous, "A line is a delimiter to some parsers only: white space or a CR stands in front of it, more behind the boundary, or the letter case is another.",
    differs "Dovecot, KMime, mail-parser, mailparse and PHP compare only the beginning and see a part there; GMime, Python's email, JavaMail and MIME-tools see text.",
    repair "Read as a delimiter; the parts are written with a fresh boundary that no other line resembles.";

MissingCloseDelimiter, "M006", "missing-close-delimiter", Ambiguous, "A multipart ends without its close delimiter.",
    differs "Most read the last part to the end; emailjs, letterparser, Horde and mail-parser lose it.",
    repair "The close delimiter is written.";

PartAfterClose, "M007", "part-after-close", Ambiguous, "A delimiter stands after the close delimiter of its multipart.",
    differs "libetpan, emailjs and rspamd read further parts; the others take the rest for an epilogue.",
    repair "What follows is read as parts, which are written in front of the close delimiter.";

PreambleText, "M008", "preamble-text", Cosmetic, "Text before the first part of a multipart.",
    differs "Libraries skip it; clients without MIME show it, and extractors look for files in it.",
    repair "Left alone if it is mere text; not written in a multipart that is written anew.";

EpilogueText, "M009", "epilogue-text", Cosmetic, "Text after the last part of a multipart.",
    differs "Libraries skip it; extractors look for files in it.",
    repair "Left alone if it is mere text; not written in a multipart that is written anew.";

EmptyMultipart, "M010", "empty-multipart", Ambiguous, "A multipart without any part.",
    differs "No part, one empty part, or one text.",
    repair "Written with one empty text.";

PartialMessage, "M011", "message-partial", Ambiguous, "A fragment (message/partial): mail clients put the pieces together behind every filter.",
    differs "MIME-tools, Python's email, letterparser and rspamd look into the fragment; the others see one opaque part; some clients join the pieces of several messages.",
    repair "Written as a text that shows it and that no client joins; the default policy removes it.";

ExternalBody, "M012", "message-external-body", Ambiguous, "A reference to content elsewhere (message/external-body).",
    differs "MIME-tools, Python's email, letterparser and rspamd read its phantom body as content; the others see one opaque part.",
    repair "A line of text takes its place; the default policy removes it.";

BoundaryStray, "M013", "boundary-stray", Ambiguous, "A boundary parameter on a type that is no multipart.",
    differs "mailparser and PHP read parts where delimiter lines stand, enmime shows no text at all; the others see one text or file.",
    repair "The parameter is not written; lines that look like delimiters are encoded.";

BoundaryInLine, "M014", "boundary-in-line", Ambiguous, "The delimiter of an open multipart stands amid a line.",
    differs "mail-parser sees a delimiter there; the others see a line of text.",
    repair "Read as text, which is written anew; the parts get a fresh boundary that it does not hold.";

BoundaryGuessed, "M015", "boundary-guessed", Ambiguous, "A line looks like a delimiter, but of a boundary that no field gives.",
    differs "JavaMail, VMime and rspamd take it for a delimiter of a multipart without a boundary; the others see text, a preamble or an epilogue.",
    repair "Read as a delimiter; the parts are written with a boundary of their own.";

PreambleFields, "M016", "preamble-fields", Ambiguous, "A preamble with a colon, an empty line, and text behind that.",
    differs "Email::MIME shows it as a part with a header section; the others skip it.",
    repair "Not written.";

EpilogueDelimiter, "M017", "epilogue-delimiter", Ambiguous, "A line of an epilogue starts with two hyphens and goes on.",
    differs "rspamd reads on and sees a part behind it; the others skip it.",
    repair "Not written.";

DeepNesting, "M020", "deep-nesting", Ambiguous, "More than ten multiparts and attached messages lie inside each other.",
    differs "Email::MIME, SpamAssassin and rspamd stop at a depth of their own, from eleven levels on; the others go on.",
    repair "The parts of what lies deeper are written as parts of the tenth.";

DeepMessage, "M022", "deep-message", Ambiguous, "More than five attached messages lie inside each other, or one lies so deep that nothing more may lie in it.",
    differs "rspamd and SpamAssassin stop at a depth of their own, from nine levels on; the others go on.",
    repair "Each deeper one is written as a multipart: its header section as text, and what it holds.";

MessageSubtype, "M021", "message-subtype", Ambiguous, "A message type that some parsers look into and others do not: any but those of messages, fragments, references and reports.",
    differs "GMime, mail-parser, rspamd, SpamAssassin and Python's email look for parts in some of message/global, message/news, message/http or any other; the rest see one file.",
    repair "A whole message is written as message/rfc822, header fields as text/rfc822-headers, a status as message/delivery-status, anything else as text/plain.";

    } };
}
