//! Transcode profiles.

use rusqlite::OptionalExtension;
use serde_json::{Map, Value as Json};

use super::context::Context;
use super::draft::Change;
use super::error::{Result, Thing};
use super::noun::TableNoun;
use crate::store::view::{View, int, object, text};

/// Options that a caller can set singly.
pub const OPTIONS: [&str; 10] = [
    "gpu_device",
    "video_codec_cpu",
    "preset_cpu",
    "audio_codec",
    "video_bitrate",
    "audio_bitrate",
    "video_profile",
    "scaling",
    "aspect_ratio",
    "video_frame_rate",
];

/// How a profile is read.
pub static VIEW: View = View::new(
    "profiles",
    "profile_id",
    &[(
        "profiles",
        &[
            int("id").is("profiles.profile_id"),
            int("profile_id"),
            text("profile_name"),
            object("profile_options"),
        ],
    )],
);

/// Profiles as rows that can be made, changed and deleted.
pub static PROFILES: TableNoun = TableNoun {
    prepare,
    follow,
    release,
    ..TableNoun::new(&VIEW, Thing::TranscodeProfile)
};

/// Puts the single options into `profile_options`: into those sent, else into those stored.
fn prepare(context: &Context<'_>, change: &mut Change, own: Option<i64>) -> Result<()> {
    let single = change.split(|column| OPTIONS.contains(&column));
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
    for name in OPTIONS {
        if let Some(value) = single.text(name) {
            options.insert(name.to_owned(), value.into());
        }
    }
    change.set("profile_options", Json::Object(options).to_string());
    Ok(())
}

/// A profile that was made without a name gets its number for one.
fn follow(context: &Context<'_>, _: Change, id: i64) -> Result<()> {
    let sql = "UPDATE profiles SET profile_name = 'Profile ' || profile_id WHERE profile_id = ?1 AND profile_name = ''";
    context.db.prepare_cached(sql)?.execute([id])?;
    Ok(())
}

/// Streams that used it are no longer transcoded.
fn release(context: &Context<'_>, id: i64) -> Result<()> {
    let sql = "UPDATE streams SET transcode_profile_id = 0 WHERE transcode_profile_id = ?1";
    context.db.prepare_cached(sql)?.execute([id])?;
    Ok(())
}
