//! The seeds that the `--seed` option can name, and the reading of their content.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::{fmt, fs};

use super::generated::Scale;
use crate::document::{self, Format, Node};

const DOCS: &str = include_str!("../../seeds/docs.sql");
const SMALL: &str = include_str!("../../seeds/small.sql");
const DEMO: &str = include_str!("../../seeds/demo.yaml");

/// 2026-03-15 14:30:00 UTC, the time of the vendor documents' examples.
const DOCS_INSTANT: i64 = 1_773_585_000;

/// 2026-01-01 00:00:00 UTC.
const OTHERS_INSTANT: i64 = 1_767_225_600;

/// The first bytes of every SQLite file.
pub const SQLITE: &[u8] = b"SQLite format 3\0";

/// The name of standard input.
const STDIN: &str = "-";

/// The name of a document that a caller sends.
const INLINE: &str = "seed";

/// The optional prefix of the built-in seeds, which tells them from a folder of the same name.
const BUILT_IN: &str = "builtin:";

/// The seed `large`: a catalogue of the size of a large panel's.
const LARGE: Scale = Scale {
    lines: 10_000,
    streams: 0,
    resellers: 50,
    customers: 0,
    live: 5000,
    vod: 20_000,
    series: 800,
    epg_days: 7,
};

/// The message about an unknown seed.
const KNOWN: &str = "a seed is docs, small, demo, large, scale:lines=N,streams=N,resellers=N, a file that ends in \
                     .yaml, .yml, .toml, .json or .sql, an SQLite file of a panel, a folder of them, or - for standard input";

/// A data set for a new panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seed {
    Docs,
    Small,
    Demo,
    Large,
    Scale(Scale),
    /// A file, or a folder of files.
    Path(PathBuf),
    Stdin,
    /// A document in JSON, as a caller sends it.
    Inline(String),
}

impl FromStr for Seed {
    type Err = String;

    fn from_str(text: &str) -> Result<Seed, String> {
        let built_in = text.strip_prefix(BUILT_IN);
        match built_in.unwrap_or(text) {
            "docs" => Ok(Seed::Docs),
            "small" => Ok(Seed::Small),
            "demo" => Ok(Seed::Demo),
            "large" => Ok(Seed::Large),
            STDIN if built_in.is_none() => Ok(Seed::Stdin),
            other => match other.strip_prefix("scale:") {
                Some(arguments) => arguments.parse().map(Seed::Scale),
                None if built_in.is_none() && could_be_path(Path::new(other)) => Ok(Seed::Path(other.into())),
                None => Err(KNOWN.into()),
            },
        }
    }
}

/// Whether this can be a file or a folder of seeds. Anything else is an unknown name.
fn could_be_path(path: &Path) -> bool {
    suffix(path).is_some_and(|suffix| suffix == "sql" || Format::from_suffix(suffix).is_some()) || path.exists()
}

fn suffix(path: &Path) -> Option<&str> {
    path.extension().and_then(|suffix| suffix.to_str())
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Seed::Docs => f.write_str("docs"),
            Seed::Small => f.write_str("small"),
            Seed::Demo => f.write_str("demo"),
            Seed::Large => f.write_str("large"),
            Seed::Scale(scale) => write!(f, "scale:{scale}"),
            Seed::Path(path) => write!(f, "{}", path.display()),
            Seed::Stdin => f.write_str(STDIN),
            Seed::Inline(_) => f.write_str(INLINE),
        }
    }
}

/// One file of a seed, or a built-in one, read but not planted yet.
#[derive(Debug)]
pub struct SeedPart {
    /// The name in error messages.
    pub name: String,
    pub content: SeedContent,
}

/// The content of a part.
#[derive(Debug)]
pub enum SeedContent {
    Sql(String),
    Document(Node),
    Scale(Scale),
    /// The path of a database file.
    Snapshot(PathBuf),
}

impl Seed {
    /// Returns the instant to which the dates of a built-in seed refer, in Unix seconds; `None` for other seeds.
    pub fn instant(&self) -> Option<i64> {
        match self {
            Seed::Docs => Some(DOCS_INSTANT),
            Seed::Small | Seed::Demo | Seed::Large | Seed::Scale(_) => Some(OTHERS_INSTANT),
            Seed::Path(_) | Seed::Stdin | Seed::Inline(_) => None,
        }
    }

    /// Returns the files of the seed, in their order; in a folder, those that can be seeds.
    ///
    /// # Errors
    /// One line with the file or folder that cannot be read.
    pub fn files(&self) -> Result<Vec<PathBuf>, String> {
        let Seed::Path(path) = self else {
            return Ok(Vec::new());
        };
        if !path.is_dir() {
            return Ok(vec![path.clone()]);
        }
        let failed = |error: std::io::Error| format!("cannot read seed {}: {error}", path.display());
        let mut files = Vec::new();
        for entry in fs::read_dir(path).map_err(failed)? {
            let file = entry.map_err(failed)?.path();
            let known = suffix(&file).is_some_and(|suffix| {
                matches!(suffix, "sql" | "db" | "sqlite" | "sqlite3") || Format::from_suffix(suffix).is_some()
            });
            if known && file.is_file() {
                files.push(file);
            }
        }
        files.sort();
        match files.is_empty() {
            true => Err(format!("{} has no file that can be a seed", path.display())),
            false => Ok(files),
        }
    }

    /// Reads all parts.
    ///
    /// # Errors
    /// The error, with file and line.
    pub fn read(&self) -> Result<Vec<SeedPart>, String> {
        let part = |name: &str, content| {
            Ok(vec![SeedPart {
                name: name.to_owned(),
                content,
            }])
        };
        match self {
            Seed::Docs => part("seed docs", SeedContent::Sql(DOCS.into())),
            Seed::Small => part("seed small", SeedContent::Sql(SMALL.into())),
            Seed::Demo => part("seed demo", document("seed demo", Format::Yaml, DEMO)?),
            Seed::Large => part("seed large", SeedContent::Scale(LARGE)),
            Seed::Scale(scale) => part(&format!("seed {self}"), SeedContent::Scale(*scale)),
            Seed::Path(_) => self.files()?.iter().map(|file| read_file(file)).collect(),
            Seed::Inline(text) => part(INLINE, document(INLINE, Format::Json, text)?),
            Seed::Stdin => {
                let mut text = String::new();
                let read = std::io::stdin().lock().read_to_string(&mut text);
                read.map_err(|error| format!("cannot read the seed on standard input: {error}"))?;
                let name = "standard input";
                part(name, document(name, Format::detect(&text), &text)?)
            }
        }
    }
}

/// Whether a file has the content of a database; a file with the suffix of a document or SQL never counts.
pub fn is_database(path: &Path) -> bool {
    let form = suffix(path).and_then(Format::from_suffix);
    form.is_none() && suffix(path) != Some("sql") && has_sqlite_header(path).unwrap_or(false)
}

fn has_sqlite_header(path: &Path) -> std::io::Result<bool> {
    let mut start = Vec::new();
    let length = u64::try_from(SQLITE.len()).unwrap_or(0);
    fs::File::open(path)?.take(length).read_to_end(&mut start)?;
    Ok(start == SQLITE)
}

fn read_file(path: &Path) -> Result<SeedPart, String> {
    let name = path.display().to_string();
    let failed = |error: std::io::Error| format!("cannot read seed {name}: {error}");
    let form = suffix(path).and_then(Format::from_suffix);
    if form.is_none() && suffix(path) != Some("sql") {
        if !has_sqlite_header(path).map_err(failed)? {
            return Err(format!("{name}: {KNOWN}"));
        }
        let content = SeedContent::Snapshot(path.to_owned());
        return Ok(SeedPart { name, content });
    }
    let text = fs::read_to_string(path).map_err(failed)?;
    let content = match form {
        Some(form) => document(&name, form, &text)?,
        None => SeedContent::Sql(text),
    };
    Ok(SeedPart { name, content })
}

fn document(name: &str, form: Format, text: &str) -> Result<SeedContent, String> {
    let parsed = document::parse(form, text);
    parsed
        .map(SeedContent::Document)
        .map_err(|wrong| format!("{name} {wrong}"))
}
