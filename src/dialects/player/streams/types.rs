//! The content types of stored files (contract "Player side", section 10.2).

/// Containers by their extension, and the types they are sent with.
const TYPES: [(&str, &str); 11] = [
    ("mp4", "video/mp4"),
    ("m4v", "video/mp4"),
    ("mkv", "video/x-matroska"),
    ("avi", "video/x-msvideo"),
    ("ts", "video/mp2t"),
    ("mpg", "video/mpeg"),
    ("mov", "video/quicktime"),
    ("flv", "video/x-flv"),
    ("wmv", "video/x-ms-wmv"),
    ("webm", "video/webm"),
    ("ogg", "video/ogg"),
];

/// Of what is in no row.
const UNKNOWN: &str = "application/octet-stream";

/// Returns the type of a container.
pub fn content_type(container: &str) -> &'static str {
    let row = TYPES.iter().find(|(name, _)| name.eq_ignore_ascii_case(container));
    row.map_or(UNKNOWN, |(_, content_type)| content_type)
}
