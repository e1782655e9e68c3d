//! A call of every action of the Reseller API that writes, and what it costs.

use crate::support::Panel;

/// What the cases below need beside the `docs` seed.
const ROWS: [&str; 5] = [
    "UPDATE lines SET member_id = 88 WHERE id IN (4510, 4511)",
    "INSERT INTO users (id, username, member_group_id, owner_id, credits, date_registered) VALUES (200, 'sub0', 2, 88, 1000, 0)",
    "UPDATE users SET api_key = 'SUB_KEY' WHERE id = 200",
    "INSERT INTO activecodes (id, code, member_id) VALUES (10, 'CODE0010', 88)",
    "UPDATE users_groups SET create_sub_resellers_price = 250 WHERE group_id = 3",
];

/// A call that writes.
pub struct Case {
    pub action: &'static str,
    pub params: &'static str,
    /// What it would take from the balance of 50.00, and what would be left.
    pub receipt: (&'static str, &'static str),
    /// Ids of the answer that nothing has when the call is only tried.
    pub new: &'static [&'static str],
}

/// One that costs nothing and makes nothing.
const fn free(action: &'static str, params: &'static str) -> Case {
    Case {
        action,
        params,
        receipt: ("0.00", "50.00"),
        new: &[],
    }
}

const fn bought(action: &'static str, params: &'static str) -> Case {
    Case {
        receipt: ("5.00", "45.00"),
        ..free(action, params)
    }
}

const fn made(action: &'static str, params: &'static str, new: &'static [&'static str]) -> Case {
    Case {
        new,
        ..bought(action, params)
    }
}

/// All of them, more than one of an action whose price depends on what is sent.
pub const CASES: [Case; 37] = [
    made(
        "create_line",
        "package=1&username=customer1&password=securepass",
        &["\"id\":4523"],
    ),
    made("create_line", "package=1", &["\"id\":4523"]),
    made(
        "create_mag",
        "package=1&mac=00:1A:79:AB:CD:EF",
        &["\"id\":302", "\"mag_id\":302", "\"user_id\":4523"],
    ),
    made(
        "create_enigma",
        "package=1&mac=00:1A:79:AB:CD:EF",
        &["\"id\":502", "\"device_id\":502", "\"user_id\":4523"],
    ),
    made("create_activecode", "package=1", &["\"id\":11"]),
    Case {
        receipt: ("2.50", "47.50"),
        ..made(
            "create_user",
            "username=subreseller1&password=securepass",
            &["\"id\":201"],
        )
    },
    Case {
        receipt: ("0.00", "50.00"),
        ..made("create_line", "package=6&trial=1", &["\"id\":4523"])
    },
    bought("edit_line", "id=4521&package=1&username=customer9"),
    bought("edit_mag", "id=301&package=1&mac=00:1A:79:AB:CD:EF"),
    bought("edit_enigma", "id=501&package=1&cpu=arm"),
    bought("edit_activecode", "id=10&package=1"),
    bought("extend_line", "id=4521&package=1"),
    free("edit_line", "id=4521&reseller_notes=x&member_id=200&isp_clear=1"),
    free("edit_line", "id=4521"),
    free("edit_line", "id=4521&package=6&trial=1"),
    free("edit_mag", "id=301&mac=00:1A:79:AB:CD:EF&sn=x&reseller_notes=x"),
    free("edit_enigma", "id=501&cpu=arm&reseller_notes=x"),
    free("edit_activecode", "id=10&reseller_notes=x"),
    free("edit_user", "id=200&username=subreseller1&password=securepass&notes=x"),
    free("delete_line", "id=4522"),
    free("delete_mag", "id=301"),
    free("delete_enigma", "id=501"),
    free("delete_activecode", "id=10"),
    Case {
        receipt: ("0.00", "60.00"),
        ..free("delete_user", "id=200")
    },
    free("disable_line", "id=4522"),
    free("enable_line", "id=4522"),
    free("disable_mag", "id=301"),
    free("enable_mag", "id=301"),
    free("disable_enigma", "id=501"),
    free("enable_enigma", "id=501"),
    free("disable_activecode", "id=10"),
    free("enable_activecode", "id=10"),
    free("disable_user", "id=200"),
    free("enable_user", "id=200"),
    free("convert_mag", "id=301"),
    free("convert_enigma", "id=501"),
    Case {
        receipt: ("7.25", "42.75"),
        ..free("adjust_credits", "id=200&credits=7.25")
    },
];

/// A panel with what the cases need.
pub fn panel() -> Panel {
    let panel = Panel::docs();
    ROWS.iter().for_each(|sql| drop(panel.sql(sql)));
    panel
}
