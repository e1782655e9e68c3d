//! How resellers read what they sell: expiries are unix seconds, and are searched as such (contract "Reseller API", 2).

use crate::panel::{active_codes, devices, lines, logs};
use crate::store::view::{Column, View, int, text};

const LINE_EXPIRY: &[Column] = &[
    int("exp_date").is("unix_of(lines.exp_date)"),
    // For sorting only: the text has the same order and needs no calendar.
    text("expires").is("lines.exp_date"),
];

/// A line.
pub static LINE: View = View {
    columns: &[("lines", LINE_EXPIRY), ("lines", lines::COLUMNS)],
    ..lines::VIEW
};

/// A MAG device.
pub static MAG: View = View {
    columns: &[
        ("mag_devices", devices::MAG_COLUMNS),
        ("lines", LINE_EXPIRY),
        ("lines", lines::COLUMNS),
    ],
    ..devices::MAG
};

/// An Enigma2 device.
pub static ENIGMA: View = View {
    columns: &[
        ("enigma2_devices", devices::ENIGMA_COLUMNS),
        ("lines", LINE_EXPIRY),
        ("lines", lines::COLUMNS),
    ],
    ..devices::ENIGMA
};

/// What the family did. Rows in the log may be of lines with an administrator's notes, which no reseller reads.
pub static USER_LOG: View = View {
    columns: &[
        (
            "users_logs",
            &[text("deleted_info").is(
                "iif(json_valid(users_logs.deleted_info), json_remove(users_logs.deleted_info, '$.admin_notes'),
                     users_logs.deleted_info)",
            )],
        ),
        ("users_logs", logs::USER_COLUMNS),
    ],
    ..logs::USERS
};

/// An active code.
pub static CODE: View = View {
    columns: &[
        (
            "activecodes",
            &[
                int("exp_date").is("unix_of(activecodes.exp_date)"),
                text("expires").is("activecodes.exp_date"),
            ],
        ),
        ("activecodes", active_codes::COLUMNS),
    ],
    ..active_codes::VIEW
};
