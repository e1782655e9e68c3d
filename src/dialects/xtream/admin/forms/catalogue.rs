//! Forms of content, series and packages (contract, section 8).

use super::{count, flag, int, text, texts};
use crate::dialects::xtream::params::Param;
use crate::panel::fields::FieldType;
use crate::panel::{epg, packages, series};

/// `create_package`, `edit_package`.
pub static PACKAGE: &[Param] = &[
    text("package_name", "The name of the package.")
        .required()
        .refused_when_empty(),
    flag("is_trial", "It can be given as a trial.").in_table("users_packages"),
    flag("is_official", "It can be sold.").in_table("users_packages"),
    flag("is_addon", "It adds to other packages.").in_table("users_packages"),
    Param::new("trial_credits", FieldType::Money, "The price of a trial.").in_table("users_packages"),
    Param::new("official_credits", FieldType::Money, "The price of a sale.").in_table("users_packages"),
    count("trial_duration", "How long a trial lasts.").in_table("users_packages"),
    unit(
        "trial_duration_in",
        "The unit of it: `hours`, `days`, `months` or `years`.",
    )
    .default("'hours'"),
    count("official_duration", "How long a sale lasts.").in_table("users_packages"),
    unit(
        "official_duration_in",
        "The unit of it: `hours`, `days`, `months` or `years`.",
    )
    .default("'months'"),
    Param::new("groups", FieldType::Ids, "Ids of the groups whose accounts sell it.").in_table("users_packages"),
    Param::new(
        "bouquets",
        FieldType::Ids,
        "Ids of the bouquets that its lines may watch.",
    )
    .in_table("users_packages"),
    Param::new(
        "addon_packages",
        FieldType::Ids,
        "Ids of the packages that may be added to it.",
    )
    .in_table("users_packages"),
    flag("is_line", "It makes lines.").in_table("users_packages"),
    flag("is_mag", "It makes MAG devices.").in_table("users_packages"),
    flag("is_e2", "It makes Enigma2 devices.").in_table("users_packages"),
    flag("is_restreamer", "Its lines may be restreamed.").in_table("users_packages"),
    flag("is_isplock", "Its lines are bound to their internet provider.").in_table("users_packages"),
    Param::new(
        "output_formats",
        FieldType::Formats,
        "Output formats: 1 HLS, 2 MPEG-TS, 3 RTMP; none listed means all.",
    )
    .in_table("users_packages"),
    count(
        "max_connections",
        "Connections of its lines at the same time; 0 is no limit.",
    )
    .in_table("users_packages"),
    count("force_server_id", "The server that its lines always watch from.").in_table("users_packages"),
    Param::new(
        "forced_country",
        FieldType::Country,
        "Two letters of the only country its lines may be used from.",
    )
    .in_table("users_packages"),
    flag("lock_device", "Its devices are bound to their hardware.").in_table("users_packages"),
    flag("check_compatible", "A line may change to it only if both are alike.").in_table("users_packages"),
];

/// The unit of a duration.
const fn unit(name: &'static str, doc: &'static str) -> Param {
    Param::new(name, FieldType::Choice(&packages::UNITS), doc).null_when_empty()
}

/// The name of content, which a new one must have unless it has a place in a series.
pub static CONTENT_NAME: &[Param] = &[text("stream_display_name", "The name of it.")
    .required()
    .refused_when_empty()];

/// Content of every kind.
pub static CONTENT: &[Param] = &[
    Param::new("category_id", FieldType::Ids, "Ids of its categories.").in_table("streams"),
    texts(
        "stream_source",
        "Addresses or files that it comes from, in the order in which they are tried.",
    )
    .in_table("streams"),
    text("stream_icon", "The address of its picture.").in_table("streams"),
    text("notes", "Notes.").in_table("streams"),
    int("order", "Its place in lists.")
        .in_table("streams")
        .default("after the last"),
    flag("direct_source", "Players are sent to the source itself.").in_table("streams"),
    count(
        "transcode_profile_id",
        "The transcode profile that it runs with; 0 is none.",
    )
    .in_table("streams"),
    Param::new("servers", FieldType::Ids, "Ids of the servers that it runs on.").default("the main server"),
];

/// Content that bouquets have.
pub static IN_BOUQUETS: &[Param] = &[Param::new(
    "bouquets",
    FieldType::Ids,
    "Ids of the bouquets that have it; it leaves all others.",
)
.default("none")];

/// Live streams, created channels and stations.
pub static ON_AIR: &[Param] = &[
    Param::new("epg_id", FieldType::Row(&epg::EXISTS), "The EPG source of its guide.").in_table("streams"),
    text("channel_id", "Its channel in that source.")
        .null_when_empty()
        .in_table("streams"),
    text("epg_lang", "The language of its guide.")
        .null_when_empty()
        .in_table("streams"),
    flag("on_demand", "It runs only while somebody watches.").default("0"),
    count("tv_archive_duration", "Days of its archive; 0 is none.").in_table("streams"),
    text("custom_sid", "Its own service id.").in_table("streams"),
    flag("allow_record", "It may be recorded.").in_table("streams"),
    flag("rtmp_output", "It is given out over RTMP.").in_table("streams"),
];

/// Movies and episodes.
pub static FILE: &[Param] = &[
    text(
        "target_container",
        "The container of the file: `mp4`, `mkv` and the like.",
    )
    .in_table("streams"),
    Param::new(
        "movie_properties",
        FieldType::Object,
        "What is known of it, as one JSON object.",
    )
    .in_table("streams"),
    number_or_null("tmdb_id", "Its id at TMDB.").in_table("streams"),
    number_or_null("year", "The year of its release.").in_table("streams"),
    Param::new("rating", FieldType::Real, "Its rating, usually from 0 to 10.").in_table("streams"),
];

/// A number that may be unknown.
const fn number_or_null(name: &'static str, doc: &'static str) -> Param {
    count(name, doc).null_when_empty()
}

/// `create_episode`, `edit_episode`.
pub static EPISODE: &[Param] = &[
    Param::new(
        "series",
        FieldType::Row(&series::EXISTS),
        "The series that it belongs to.",
    )
    .column("series_id")
    .example("50")
    .required()
    .refused_when_empty(),
    count("season_num", "The number of its season.")
        .required()
        .refused_when_empty(),
    count("episode", "Its number in that season.")
        .column("episode_num")
        .required()
        .refused_when_empty(),
    text("stream_display_name", "The name of it.")
        .refused_when_empty()
        .default("the series, season and episode: `Demo Series - S01E02`"),
];

/// `create_series`, `edit_series`.
pub static SERIES: &[Param] = &[
    text("title", "The name of the series.").required().refused_when_empty(),
    Param::new("category_id", FieldType::Ids, "Ids of its categories.").in_table("streams_series"),
    text("cover", "The address of its picture.").in_table("streams_series"),
    text("cover_big", "The address of a large picture.").in_table("streams_series"),
    text("genre", "Its genre.").in_table("streams_series"),
    text("plot", "What it is about.").in_table("streams_series"),
    text("cast", "Who plays in it.").in_table("streams_series"),
    text("director", "Who made it.").in_table("streams_series"),
    Param::new("rating", FieldType::Real, "Its rating, usually from 0 to 10.").in_table("streams_series"),
    text("release_date", "When it began.").in_table("streams_series"),
    number_or_null("tmdb_id", "Its id at TMDB.").in_table("streams_series"),
    count("episode_run_time", "Minutes of an episode.").in_table("streams_series"),
    texts("backdrop_path", "Addresses of pictures for the background.").in_table("streams_series"),
    text("youtube_trailer", "Its trailer at YouTube.").in_table("streams_series"),
    number_or_null("year", "The year of its release.").in_table("streams_series"),
];
