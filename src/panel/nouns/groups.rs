//! Groups: the permissions of the accounts in them.

use rusqlite::OptionalExtension;
use rusqlite::types::Value;

use crate::panel::audit::{self, Columns, Target};
use crate::panel::context::Context;
use crate::panel::draft::{Change, Reference};
use crate::panel::error::{Error, Result, Thing};
use crate::panel::fields::{Field, FieldType, Fields, NewValue, rows, stored};
use crate::panel::noun::TableNoun;
use crate::store::functions;
use crate::store::view::{Owner, View, int, ints, texts};

/// How a group is read.
pub static VIEW: View = View {
    owner: Owner::Shared,
    ..View::new(
        "users_groups",
        "group_id",
        &[(
            "users_groups",
            &[
                int("id").is("users_groups.group_id"),
                ints("subresellers"),
                texts("allowed_pages"),
            ],
        )],
    )
};

/// What callers write of a group. The table's own defaults allow less than those of a new group.
#[rustfmt::skip]
pub static FIELDS: Fields = Fields::new("users_groups", &[
    stored("group_name", "The name of the group.").refused_when_empty(),
    stored("is_admin", "Its accounts are administrators."),
    stored("is_reseller", "Its accounts are resellers.").gets(NewValue::Number(1)),
    stored("create_sub_resellers", "They may create sub-resellers."),
    stored("delete_users", "They may delete."),
    stored("allow_download", "They may download playlists."),
    stored("allow_restrictions", "They may restrict lines to addresses and user agents."),
    stored("allow_change_bouquets", "They may choose bouquets."),
    stored("allow_change_username", "They may choose usernames."),
    stored("allow_change_password", "They may choose passwords."),
    stored("can_view_vod", "They see movies and series."),
    stored("reseller_client_connection_logs", "They see connections."),
    stored("enable_activecode", "They may make active codes."),
    stored("force_batch_code", "Active codes come in batches."),
    stored("generate_mass_trial", "They may make many trials at once."),
    stored("total_allowed_gen_trials", "Trials that an account may make in a period.").gets(NewValue::Number(100_000)),
    stored("minimum_username_length", "Shortest username they may choose."),
    stored("minimum_password_length", "Shortest password they may choose."),
    stored("default_code_length", "Length of a generated active code."),
    stored("min_code_length", "Shortest active code."),
    stored("max_code_length", "Longest active code."),
    stored("minimum_trial_credits", "Balance without which no trial is given.").default("1"),
    stored("create_sub_resellers_price", "Price of a sub-reseller."),
    stored("total_allowed_gen_in", "The period of the trials: `hours`, `day`, `month`.").gets(NewValue::Text("month")),
    stored("notice_html", "What its accounts read when they log in."),
    Field::new("allowed_pages", FieldType::JsonTexts, "Pages that its accounts see."),
    rows("subresellers", "users_groups", "Groups that their sub-resellers may be in."),
    rows("packages_selected", "users_packages", "Packages that its accounts sell.").default("unchanged"),
]);

/// Groups, which can be created, changed and deleted.
pub static GROUPS: TableNoun = TableNoun {
    fields: Some(&FIELDS),
    prepare,
    beside: &["packages_selected"],
    follow,
    release,
    ..TableNoun::new(&VIEW, Thing::Group)
};

/// A reference to a group.
pub static EXISTS: Reference = Reference {
    view: &VIEW,
    otherwise: Error::Invalid,
};

fn prepare(context: &Context<'_>, change: &mut Change, own: Option<i64>) -> Result<()> {
    let Some(id) = own else {
        if change.get("can_delete").is_none() {
            change.set("can_delete", Value::Integer(1));
        }
        return Ok(());
    };
    if is_built_in(context, id)? {
        change.take("is_admin");
        change.take("is_reseller");
    }
    Ok(())
}

/// Returns the group of administrators: the first built-in one. If there is none, creates it as in a new
/// panel.
pub fn of_administrators(context: &Context<'_>) -> Result<i64> {
    let sql = "SELECT group_id FROM users_groups WHERE is_admin <> 0 ORDER BY can_delete <> 0, group_id LIMIT 1";
    let existing = context.db.prepare_cached(sql)?.query_row([], |row| row.get(0));
    if let Some(id) = existing.optional()? {
        return Ok(id);
    }
    let mut group = Change::default();
    group.set("group_name", "Administrators".to_owned());
    for (column, value) in [
        ("is_admin", 1),
        ("is_reseller", 0),
        ("can_delete", 0),
        ("total_allowed_gen_trials", 0),
    ] {
        group.set(column, value);
    }
    group.set("total_allowed_gen_in", String::new());
    GROUPS.write(context, group, None)
}

fn is_built_in(context: &Context<'_>, id: i64) -> Result<bool> {
    let sql = "SELECT can_delete = 0 FROM users_groups WHERE group_id = ?1";
    Ok(context
        .db
        .prepare_cached(sql)?
        .query_row([id], |row| row.get(0))
        .optional()?
        .unwrap_or(false))
}

/// `packages_selected` lists all packages that include the group; it is removed from all others.
fn follow(context: &Context<'_>, mut beside: Change, id: i64) -> Result<()> {
    let Some(Value::Text(selected)) = beside.take("packages_selected") else {
        return Ok(());
    };
    let selected = functions::ids(&selected);
    let mut packages = context.db.prepare_cached("SELECT id, \"groups\" FROM users_packages")?;
    let packages: Vec<(i64, String)> = packages
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (package, groups) in packages {
        let before = groups.clone();
        let mut groups = functions::ids(&groups);
        match (selected.contains(&package), groups.contains(&id)) {
            (true, false) => groups.push(id),
            (false, true) => groups.retain(|&group| group != id),
            _ => continue,
        }
        let sql = "UPDATE users_packages SET \"groups\" = ?2 WHERE id = ?1";
        context
            .db
            .prepare_cached(sql)?
            .execute((package, functions::ids_text(&groups)))?;
        let column = |groups: String| Some(Columns::default().with("groups", groups));
        let after = functions::ids_text(&groups);
        audit::changed(
            context,
            Target::row("users_packages", package),
            column(before),
            column(after),
        )?;
    }
    Ok(())
}

/// Removes the group from its accounts, which stay, and from packages, access codes and other groups.
fn release(context: &Context<'_>, id: i64) -> Result<()> {
    if is_built_in(context, id)? {
        return Err(Error::ProtectedGroup);
    }
    for sql in [
        "UPDATE users SET member_group_id = 0 WHERE member_group_id = ?1",
        "UPDATE users_packages SET \"groups\" = ids_without(\"groups\", ?1) WHERE ids_hold(\"groups\", ?1)",
        "UPDATE access_codes SET \"groups\" = ids_without(\"groups\", ?1) WHERE ids_hold(\"groups\", ?1)",
        "UPDATE users_groups SET subresellers = ids_without(subresellers, ?1) WHERE ids_hold(subresellers, ?1)",
    ] {
        context.db.prepare_cached(sql)?.execute([id])?;
    }
    Ok(())
}
