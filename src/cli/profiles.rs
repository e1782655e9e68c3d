//! The page about the quirk profiles, generated from their table.

use std::fmt::Write;

use crate::panel::profiles::PROFILES;

/// Writes the page.
pub fn page() -> String {
    let mut text = String::from(
        "# Quirk profiles\n\n\
         Generated from the table of profiles by `linecard docs`; do not edit.\n\n\
         Without a profile (or with the profile `docs`) a panel behaves as it is documented. A profile makes it behave as\n\
         another generation, or as single panels of one are known to. Profiles are switched on with\n\
         `linecard serve --profile xui`, `LINECARD_PROFILE=xui,v2_modern`, `linecard settings profile=xui` while a server\n\
         runs, or by a test with `PUT /_linecard/profile` and `{\"profiles\":[\"xui\"]}`. They are stored in the database.\n\n\
         | profile | dialect | |\n|---|---|---|\n",
    );
    for profile in PROFILES {
        let _ = writeln!(text, "| `{}` | {} | {} |", profile.name, profile.dialect, profile.doc);
    }
    for profile in PROFILES {
        let _ = writeln!(text, "\n## `{}`\n", profile.name);
        for change in profile.changes {
            let _ = writeln!(text, "* {change}");
        }
    }
    text.push_str(
        "\nThe setting `v2_extra_columns` gives a customised panel's further columns to the XC v2 API: see\n\
         `linecard settings`.\n",
    );
    text
}
