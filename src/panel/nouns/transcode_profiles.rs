//! Transcode profiles.

use rusqlite::OptionalExtension;
use rusqlite::types::Value;
use serde_json::{Map, Value as Json};

use crate::panel::context::Context;
use crate::panel::draft::Change;
use crate::panel::error::{Result, Thing};
use crate::panel::fields::{Field, Fields, LONG, limited, stored};
use crate::panel::noun::TableNoun;
use crate::store::view::{View, int, object};

/// How a profile is read.
pub static VIEW: View = View::new(
    "profiles",
    "profile_id",
    &[(
        "profiles",
        &[int("id").is("profiles.profile_id"), object("profile_options")],
    )],
);

/// What callers write of a profile.
#[rustfmt::skip]
pub static FIELDS: Fields = Fields::new("profiles", &[
    stored("profile_name", "The name of the profile.").refused_when_empty().default("`Profile ` and the id"),
    stored("profile_options", "All options in one JSON object; an edit replaces them."),
    option("gpu_device"),
    option("video_codec_cpu"),
    option("preset_cpu"),
    option("audio_codec"),
    option("video_bitrate"),
    option("audio_bitrate"),
    option("video_profile"),
    option("scaling"),
    option("aspect_ratio"),
    option("video_frame_rate"),
]);

const fn option(name: &'static str) -> Field {
    limited(name, LONG, "A single option, put into the options.").default("unchanged")
}

/// Profiles, which can be created, changed and deleted.
pub static PROFILES: TableNoun = TableNoun {
    prepare,
    follow,
    release,
    ..TableNoun::new(&VIEW, Thing::TranscodeProfile)
};

/// Merges the single options into `profile_options`: the sent ones, or the stored ones if none were sent.
fn prepare(context: &Context<'_>, change: &mut Change, own: Option<i64>) -> Result<()> {
    let single = change.split(|column| FIELDS.is_beside(column));
    if single.is_empty() {
        return Ok(());
    }
    let stored = |id: i64| {
        let sql = "SELECT profile_options FROM profiles WHERE profile_id = ?1";
        context
            .db
            .prepare_cached(sql)?
            .query_row([id], |row| row.get::<_, String>(0))
            .optional()
    };
    let base = match (change.text("profile_options"), own) {
        (Some(sent), _) => Some(sent.to_owned()),
        (None, Some(id)) => stored(id)?,
        (None, None) => None,
    };
    let mut options: Map<String, Json> = base
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    for (name, value) in single.iter() {
        if let Value::Text(value) = value {
            options.insert(name.to_owned(), value.as_str().into());
        }
    }
    change.set("profile_options", Json::Object(options).to_string());
    Ok(())
}

/// A profile that was created without a name is named after its id.
fn follow(context: &Context<'_>, _: Change, id: i64) -> Result<()> {
    let sql = "UPDATE profiles SET profile_name = 'Profile ' || profile_id WHERE profile_id = ?1 AND profile_name = ''";
    context.db.prepare_cached(sql)?.execute([id])?;
    Ok(())
}

/// Turns off transcoding for the streams that used the profile.
fn release(context: &Context<'_>, id: i64) -> Result<()> {
    let sql = "UPDATE streams SET transcode_profile_id = 0 WHERE transcode_profile_id = ?1";
    context.db.prepare_cached(sql)?.execute([id])?;
    Ok(())
}
