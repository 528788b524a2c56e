//! The day of the clock, for what is dated by when it is asked.

use std::time::{SystemTime, UNIX_EPOCH};

use shared::date::Date;

/// The day of the clock, in UTC.
#[must_use]
pub fn today() -> Date {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Date::from_unix_seconds(i64::try_from(seconds).unwrap_or(i64::MAX))
}
