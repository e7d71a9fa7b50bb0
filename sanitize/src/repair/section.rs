//! All fields of a header section, each with what becomes of it.

use super::{
    RepairOptions, dates, duplicates, eight_bit, folding, missing, octets, recipients, senders,
    words,
};
use crate::defect::Code;
use crate::map::{Field, Part};
use crate::plan::{FieldName, FieldValue};

/// What becomes of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Becomes {
    /// It stays as it is.
    Kept,
    /// It gets another value.
    Written(Code, FieldValue),
    /// It goes.
    Gone(Code),
}

/// What becomes of a header section.
#[derive(Debug)]
pub(super) struct Section {
    /// For each field of the part what becomes of it.
    pub(super) fields: Vec<Becomes>,
    /// Fields that come behind them.
    pub(super) added: Vec<(Code, FieldName, FieldValue)>,
}

impl Section {
    /// Works out what becomes of the fields of a message.
    pub(super) fn of(part: &Part, options: &RepairOptions) -> Self {
        let mut fields: Vec<Becomes> = part
            .fields()
            .iter()
            .map(|field| becomes(field, options))
            .collect();
        if options.codes.contains(Code::DuplicateField) {
            duplicates::settle(part.fields(), &mut fields, options);
        }
        if options.mime
            && options.codes.contains(Code::UndeclaredMime)
            && missing::is_undeclared(part)
        {
            declare(part.fields(), &mut fields);
        }
        let added = missing::added(part, options);
        Section { fields, added }
    }
}

/// Makes the version of MIME that stays 1.0, if there is one.
fn declare(fields: &[Field], outcome: &mut [Becomes]) {
    let mut pairs = fields.iter().zip(outcome);
    let kept = |(field, becomes): &(&Field, &mut Becomes)| {
        field.means("mime-version") && !matches!(becomes, Becomes::Gone(_))
    };
    if let Some((_, becomes)) = pairs.find(kept) {
        let version = FieldValue::trusted(missing::VERSION.to_vec());
        *becomes = Becomes::Written(Code::UndeclaredMime, version);
    }
}

/// What becomes of one field, whatever others there are.
fn becomes(field: &Field, options: &RepairOptions) -> Becomes {
    if !options.mime && duplicates::is_of_body(field.name()) {
        return Becomes::Kept;
    }
    let mended = |code: &Code| {
        options.codes.contains(*code) || options.encode_8bit && *code == Code::Raw8Bit
    };
    let octet_flaws = octets::flaws(field);
    let value_flaws = value_flaws(field);
    // What is written anew is plain; what stays is encoded and folded in the end.
    let order = value_flaws.iter().chain(octet_flaws.iter().rev());
    let order: Vec<Code> = order.copied().filter(mended).collect();
    let first = octet_flaws.iter().chain(&value_flaws).copied().find(mended);
    let Some(code) = first else {
        return Becomes::Kept;
    };
    if order.contains(&Code::FieldNameInvalid) {
        return Becomes::Gone(Code::FieldNameInvalid);
    }
    let mut value = octets::cleaned(field.raw_value());
    for code in order {
        if let Some(written) = rewritten(code, field, &value, options) {
            value = written;
        }
    }
    if mended(&Code::LongLine) && octets::has_long_line(field.name(), &value) {
        value = folding::folded(field.name(), &value);
    }
    if octets::says(field, &value) {
        // Nobody can tell what was meant, or it cannot be written otherwise.
        return Becomes::Kept;
    }
    Becomes::Written(code, value)
}

/// The value of a field without this defect. None if nobody can tell what was meant.
fn rewritten(
    code: Code,
    field: &Field,
    value: &FieldValue,
    options: &RepairOptions,
) -> Option<FieldValue> {
    let column = field.name().len().saturating_add(2);
    Some(match code {
        Code::AddressSyntax
        | Code::SeveralSenders
        | Code::LookAlikeSender
        | Code::SenderWithoutAddress => senders::repaired(value.as_bytes(), column),
        Code::AddressListSyntax | Code::RecipientWithoutAddress => {
            recipients::repaired(value.as_bytes(), column)
        }
        Code::EncodedControl => words::calmed(field, value, column),
        Code::Raw8Bit => eight_bit::encoded(field.name(), value),
        Code::DateSyntax => dates::repaired(value, options.received)?,
        Code::DateLetter => dates::without_letter(value, options.received),
        Code::MimeVersionInvalid => FieldValue::trusted(missing::VERSION.to_vec()),
        _ => return None,
    })
}

/// What is wrong with the value of a field.
pub(super) fn value_flaws(field: &Field) -> Vec<Code> {
    let mut codes = Vec::new();
    if field.means("from") {
        codes = senders::flaws(field.raw_value());
    } else if recipients::holds(field) {
        codes.extend(recipients::flaw(field.raw_value()));
    } else if field.means("date") {
        codes.extend(dates::flaw(field.raw_value()));
    } else if field.means("mime-version") {
        codes.extend(missing::version_flaw(field.raw_value()));
    }
    if duplicates::is_quoted(field) {
        codes.push(Code::FieldNameInvalid);
    }
    // Asked first: few fields hold encoded words, and to name a field costs more.
    if words::are_wild(field.raw_value())
        && octets::meant_name(field).is_some_and(|name| words::are_shown(name.as_str().as_bytes()))
    {
        codes.push(Code::EncodedControl);
    }
    codes
}
