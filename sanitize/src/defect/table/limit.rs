//! `L`: bounds of Tamis itself. They are never ignored: what lies behind one was not looked at.

macro_rules! limit {
    ([$($next:ident)*] $($rows:tt)*) => { gather! { [$($next)*] $($rows)*

LimitMessage, "L001", "limit-message-bytes", Limit, "The message is larger than the limit.",
    differs "Servers and scanners cut at sizes of their own.",
    repair "None: the message is deferred unless a rule speaks of the limit.";

LimitDepth, "L002", "limit-depth", Limit, "Parts are nested deeper than the limit.",
    differs "Email::MIME, rspamd and SpamAssassin stop within tens of levels, mailparser at the first attached message; others go on until memory ends.",
    repair "None: the message is deferred unless a rule speaks of the limit.";

LimitParts, "L003", "limit-parts", Limit, "There are more parts than the limit.",
    differs "Some parsers have bounds of their own and ignore the rest; others go on until memory ends.",
    repair "None: the message is deferred unless a rule speaks of the limit.";

LimitFields, "L004", "limit-fields", Limit, "A header section has more fields than the limit.",
    differs "Ruby's Mail ignores fields beyond a bound of its own; the others read all of them.",
    repair "None: the message is deferred unless a rule speaks of the limit.";

LimitFieldBytes, "L005", "limit-field-bytes", Limit, "A header field is longer than the limit.",
    differs "Some servers cut such a field or break it into two.",
    repair "None: the message is deferred unless a rule speaks of the limit.";

LimitHeaderBytes, "L006", "limit-header-bytes", Limit, "The header sections are larger than the limit.",
    differs "Some servers cut the header section and begin the body there.",
    repair "None: the message is deferred unless a rule speaks of the limit.";

LimitParameters, "L007", "limit-parameters", Limit, "A field has more parameters than the limit.",
    differs "Some parsers ignore parameters beyond a bound of their own.",
    repair "None: the message is deferred unless a rule speaks of the limit.";

LimitEncodedWords, "L008", "limit-encoded-words", Limit, "A field has more encoded words than the limit.",
    differs "Some parsers decode the first ones only.",
    repair "None: the message is deferred unless a rule speaks of the limit.";

    } };
}
