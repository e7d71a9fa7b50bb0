//! What time it is at the site, as policies ask for it.

use tamis_rules::Moment;

/// The moment in the time zone of the system (the variable TZ, or /etc/localtime); in UTC where neither says.
pub fn now() -> Moment {
    let now = jiff::Zoned::now();
    let hour = u16::try_from(now.hour()).unwrap_or_default();
    let minute = u16::try_from(now.minute()).unwrap_or_default();
    Moment {
        weekday: u8::try_from(now.weekday().to_monday_zero_offset()).unwrap_or_default(),
        minute: hour.saturating_mul(60).saturating_add(minute),
    }
}
