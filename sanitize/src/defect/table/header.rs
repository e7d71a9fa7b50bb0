//! `H`: header sections and their fields.

macro_rules! header {
    ([$($next:ident)*] $($rows:tt)*) => { gather! { [$($next)*] $($rows)*

MboxFrom, "H001", "mbox-from-line", Cosmetic, "The message starts with the From line of an mbox file.",
    differs "Most skip the line. With a `>` in front of it Python's email, libetpan and Go's message library take no field behind it for one.",
    repair "Left alone as the first line of a message; the MTA never sees it as part of a message.";

ByteOrderMark, "H002", "byte-order-mark", Ambiguous, "A byte order mark stands before the first field.",
    differs "postal-mime and MIME-tools skip it and read the field; most others read a field of another name, or the end of the header section.",
    repair "Removed; the field behind it counts.";

FieldNameSpace, "H003", "field-name-space", Ambiguous, "White space between a field name and its colon.",
    differs "GMime, JavaMail, Mime4J and Dovecot read the field; Python's email, MIME-tools, Go net/mail, KMime and rspamd do not, or end the header section there.",
    repair "The field counts and is written without the white space.";

FieldNameInvalid, "H004", "field-name-invalid", Ambiguous, "A field name is empty or has characters other than printable ASCII.",
    differs "Most parsers ignore the field; libetpan ends the header section; postal-mime takes a no-break space off the name and reads the field.",
    repair "A field whose name is a known one without the foreign octets counts and is written with that name; others are removed.";

FieldMissingColon, "H005", "field-missing-colon", Ambiguous, "A line of a header section is no field and continues none.",
    differs "Python's email, libetpan, KMime and Go net/mail end the header section or refuse the message; the others skip the line and go on reading fields.",
    repair "The line is removed and the fields behind it count.";

FirstLineFolded, "H006", "first-line-folded", Ambiguous, "A header section starts with white space: a continuation of nothing.",
    differs "Most parsers ignore the line or read it as a field; enmime, Go net/mail, libetpan, mailparse and SpamAssassin lose the fields behind it.",
    repair "Read as a field if it is one, otherwise removed; nothing written starts with white space.";

BlankContinuation, "H007", "blank-continuation", Ambiguous, "A continuation line of white space only.",
    differs "Most read on; libetpan and, in a Content-Type, Ruby's Mail end the header section there, KMime loses the value.",
    repair "The line is removed; what stands behind it belongs to the field.";

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
    repair "All of them are read. Of fields that describe the body the one whose reading shows most stays, of others the first that says something, which is the one that clients show; To, Cc, Bcc and References become one. The others are removed.";

MissingSeparator, "H012", "missing-separator", Ambiguous, "A header section ends without an empty line, or the message ends with it.",
    differs "Python's email, libetpan, Perl's mailbox reader and SpamAssassin begin the body there; most take the lines for broken fields and lose what they hold. Where nothing follows, libetpan and PHP's mailparse show fields as text.",
    repair "The line that is no field begins the body, and an empty line is written in front of it.";

MissingMimeVersion, "H013", "missing-mime-version", Cosmetic, "MIME fields without MIME-Version.",
    differs "27 of 28 libraries read the parts all the same; Horde reads one text.",
    repair "Left alone; a header section that is written anew has MIME-Version: 1.0 once.";

BlankSeparator, "H014", "blank-separator", Ambiguous, "A line of white space stands between a header section and its body.",
    differs "Most take it for the empty line; enmime, GMime, Go's message packages, Email::MIME, mail-parser and Ruby's Mail read on and lose what follows; in a part of a multipart only libetpan, Perl's mailbox reader, Ruby's Mail and SpamAssassin see the body.",
    repair "The body begins behind it; an empty line is written in its place.";

MissingPartHeader, "H015", "missing-part-header", Ambiguous, "A header section without any field, or without Content-Type in a multipart/digest.",
    differs "Email::MIME, Horde and libetpan look for fields behind the empty line, or show nothing; of a part of a digest ten libraries do not see that it is a message.",
    repair "The type that the part has without saying so is written.";

AddressSyntax, "H020", "address-syntax", Ambiguous, "A From field that is no mailbox: quotes, brackets or comments that do not pair, text behind the address, a group, no address or a broken one.",
    differs "Most show the value as it stands; KMime, Horde, Python's email and VMime show no address or another one, libetpan none.",
    repair "Written as one display name and one address; as an empty group (RFC 6854) if no address can be told.";

SeveralSenders, "H021", "several-senders", Ambiguous, "A From field with more than one mailbox.",
    differs "libetpan, VMime and many clients show the first; most show all of them; which one authentication speaks of is not defined.",
    repair "The first mailbox stays.";

LookAlikeSender, "H022", "look-alike-sender", Ambiguous, "What a From field shows as a name is or holds another address: alone, in brackets, in a comment or encoded.",
    differs "Programs that decode before they cut, or that look for the first bracket or @, take it for the address of the sender; so do people.",
    repair "The name loses the @ and the brackets; the address stays.";

SenderWithoutAddress, "H023", "sender-without-address", Cosmetic, "A From field without a domain: a local part or a name alone.",
    differs "Most show it as it stands; VMime adds the name of the host.",
    repair "Left alone; if asked for, written as an empty group (RFC 6854).";

EncodedControl, "H024", "encoded-control", Ambiguous, "An encoded word that decodes to a line end or another control character.",
    differs "Most hand it to the client as it is: programs that write the decoded text out make fields of it; Python's email refuses the field, VMime reads another address.",
    repair "The word is written anew with blanks in the place of control characters.";

UndeclaredMime, "H025", "undeclared-mime", Ambiguous, "A multipart, a file or an encoded body in a message whose MIME-Version is missing or of another version.",
    differs "Without one Horde and reformime read one text, with another one than 1.0 reformime; the others read MIME.",
    repair "MIME-Version: 1.0 is written.";

MimeVersionInvalid, "H026", "mime-version-invalid", Cosmetic, "A MIME-Version that is written otherwise than 1.0.",
    differs "All libraries read MIME.",
    repair "Left alone; if asked for, written as 1.0.";

DateSyntax, "H027", "date-syntax", Cosmetic, "A Date that is none as the standard has it.",
    differs "Clients show the time of receipt, 1970 or nothing.",
    repair "Left alone; if asked for, written anew where it can be told what is meant.";

MissingDate, "H028", "missing-date", Cosmetic, "A message without a Date.",
    differs "Clients show the time of receipt, or nothing.",
    repair "Left alone; if asked for, the time of receipt is added.";

MissingFrom, "H029", "missing-from", Cosmetic, "A message without a From field.",
    differs "All libraries show no sender; some clients show the envelope sender.",
    repair "Left alone; if asked for, an empty group (RFC 6854) is added.";

EmptyHeader, "H030", "empty-header", Ambiguous, "A message that begins with an empty line.",
    differs "Ruby's Mail and a few others skip the line and read fields behind it; to the others these are text.",
    repair "MIME-Version: 1.0 is written in front of it, so that there is a header section.";

AddressListSyntax, "H031", "address-list-syntax", Ambiguous, "A list of addresses (To, Cc, Bcc, Reply-To, Sender, Resent-...) that is none: semicolons or nothing between entries, empty entries, names with commas, addresses or brackets outside quotes, quotes, brackets or comments that do not pair, routes, addresses that are broken, encoded or in quotes.",
    differs "Of fifteen readers no two agree on all of them: Python's email, GMime and libetpan lose what stands behind a semicolon, Nodemailer, postal-mime and Mail::Address what stands behind a missing comma; a lone quote makes one entry of all for some; GMime and Nodemailer join a name that a comma cuts, others make a recipient of its start; Go net/mail and Ruby's Mail refuse the field.",
    repair "Written as one list with commas that has every address where it stood; a name that has no address becomes an empty group (RFC 6854).";

RecipientWithoutAddress, "H032", "recipient-without-address", Cosmetic, "An entry of a list of addresses that is a name alone.",
    differs "Readers agree on the addresses beside it; Go net/mail and Ruby's Mail refuse the field.",
    repair "Left alone; if asked for, written as an empty group (RFC 6854).";

MissingMessageId, "H033", "missing-message-id", Cosmetic, "A message without a Message-ID.",
    differs "Libraries agree on all that is there; clients cannot thread it, and servers and archives that tell messages by their ids add one of their own.",
    repair "Left alone; if asked for, one is made from the digest of the message, with a domain that cannot exist (RFC 6761).";

DateLetter, "H034", "date-letter", Ambiguous, "A line of a Date ends in a single letter where a zone is looked for.",
    differs "mail-parser reads three letters of a zone, and so the line ends behind it: what follows is lost as a field, or as the body.",
    repair "Written with a zone in digits.";

    } };
}
