//! The state of what resellers sell, lines and active codes, as conditions of a list: both are enabled, banned, expired
//! and owned in the same way.

/// The condition that the expiry of a row has come at `:now` or `:soon`, or the opposite; neither is true for one that
/// never expires. Texts around the time decide most rows, so that an index on the column serves; what is left is
/// compared as instants.
macro_rules! expiry {
    (has_come $table:literal $at:literal) => {
        concat!(
            "(",
            $table,
            ".exp_date <= ",
            $at,
            "_after AND (",
            $table,
            ".exp_date <= ",
            $at,
            "_before OR has_come(",
            $table,
            ".exp_date, ",
            $at,
            ")))"
        )
    };
    (is_ahead_of $table:literal $at:literal) => {
        concat!(
            "(",
            $table,
            ".exp_date > ",
            $at,
            "_before AND (",
            $table,
            ".exp_date > ",
            $at,
            "_after OR NOT has_come(",
            $table,
            ".exp_date, ",
            $at,
            ")))"
        )
    };
}

/// The filters of a list of rows that are sold, then those of the table alone.
macro_rules! sold_filters {
    ($table:literal $(, $more:expr)* $(,)?) => {
        &[
            (
                "active",
                concat!(
                    $table,
                    ".enabled <> 0 AND ",
                    $table,
                    ".admin_enabled <> 0 AND (",
                    $table,
                    ".exp_date IS NULL OR ",
                    $crate::panel::nouns::standing::expiry!(is_ahead_of $table ":now"),
                    ")"
                ),
            ),
            ("disabled", concat!($table, ".enabled = 0")),
            ("banned", concat!($table, ".admin_enabled = 0")),
            (
                "expired",
                $crate::panel::nouns::standing::expiry!(has_come $table ":now"),
            ),
            ("trial", concat!($table, ".is_trial <> 0")),
            ("owner", concat!($table, ".member_id = :value")),
            $($more),*
        ]
    };
}

pub(super) use {expiry, sold_filters};
