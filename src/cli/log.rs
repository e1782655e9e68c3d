//! The log on standard error. With JSON lines, the messages of commands are events of the log too, so that
//! one parser reads everything on standard error.

use std::fmt;
use std::sync::OnceLock;

use serde_json::{Map, Value, json};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, layer};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};

use crate::config::{Config, LogFormat, LogLevel};
use crate::platform::supports_colours;
use crate::server::TOKEN_TARGET;

/// The chosen format; static, because the process has one standard error.
static FORMAT: OnceLock<LogFormat> = OnceLock::new();

/// Starts the log. Standard output has only the ready line.
pub fn log_to_stderr(config: &Config) {
    let _ = FORMAT.set(config.log_format);
    let level = filter(config.log_level);
    // Libraries log warnings only, unless the level is debug or trace.
    let libraries = if level >= LevelFilter::DEBUG {
        level
    } else {
        level.min(LevelFilter::WARN)
    };
    // The HTTP library calls each head that it refuses an error; `server::connections` tells of them instead.
    let http = if level >= LevelFilter::TRACE {
        level
    } else {
        LevelFilter::OFF
    };
    let filter = Targets::new()
        .with_default(libraries)
        .with_target("actix_http::h1", http)
        .with_target("linecard", level)
        .with_target(TOKEN_TARGET, level.max(LevelFilter::INFO));
    let lines = layer::<Registry>().with_writer(std::io::stderr);
    let lines = match config.log_format {
        // A file or a CI job's log is not a terminal.
        LogFormat::Text => lines
            .with_ansi(supports_colours(&std::io::stderr()))
            .with_target(false)
            .boxed(),
        LogFormat::Json => {
            // Rust's own message of a panic is not JSON.
            std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
            lines.event_format(JsonLine).boxed()
        }
    };
    // A program that embeds Linecard may have installed its own logger.
    let _ = tracing_subscriber::registry().with(lines).with(filter).try_init();
}

/// Whether messages of commands go to the log as events.
pub fn is_json() -> bool {
    FORMAT.get() == Some(&LogFormat::Json)
}

fn filter(level: LogLevel) -> LevelFilter {
    match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    }
}

/// An event as one JSON object: `timestamp` (the system's, not the panel's clock), `level`, `message` and, if
/// it has others, `fields`.
struct JsonLine;

impl<S, N> FormatEvent<S, N> for JsonLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut timestamp = String::new();
        SystemTime.format_time(&mut Writer::new(&mut timestamp))?;
        let mut event_fields = EventFields::default();
        event.record(&mut event_fields);
        let mut line = json!({
            "timestamp": timestamp,
            "level": event.metadata().level().as_str(),
            "message": event_fields.message,
        });
        if let Some(members) = line.as_object_mut().filter(|_| !event_fields.others.is_empty()) {
            members.insert("fields".into(), event_fields.others.into());
        }
        writeln!(writer, "{line}")
    }
}

/// The fields of an event.
#[derive(Default)]
struct EventFields {
    message: String,
    others: Map<String, Value>,
}

impl EventFields {
    fn insert(&mut self, field: &Field, value: Value) {
        match (field.name(), value) {
            ("message", Value::String(text)) => self.message = text,
            (name, value) => drop(self.others.insert(name.to_owned(), value)),
        }
    }
}

impl Visit for EventFields {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.insert(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.insert(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.insert(field, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.insert(field, value.into());
    }

    /// Writes all other types, floats included, as text.
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.insert(field, format!("{value:?}").into());
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn an_event_is_one_object_whatever_is_in_it() {
        let buffer = Buffer::default();
        let writer = buffer.clone();
        let lines = layer().event_format(JsonLine).with_writer(move || writer.clone());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(lines), || {
            tracing::warn!(from = 1, signed = -2_i64, ok = true, name = "a\"b", error = %"x\ny", "two\nlines");
            tracing::info!("plain");
        });
        let text = String::from_utf8(buffer.0.lock().unwrap().clone()).unwrap();
        let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for line in &mut lines {
            let timestamp = line.as_object_mut().unwrap().shift_remove("timestamp").unwrap();
            assert!(chrono::DateTime::parse_from_rfc3339(timestamp.as_str().unwrap()).is_ok());
        }
        let fields = json!({"from": 1, "signed": -2, "ok": true, "name": "a\"b", "error": "x\ny"});
        assert_eq!(
            lines,
            [
                json!({"level": "WARN", "message": "two\nlines", "fields": fields}),
                json!({"level": "INFO", "message": "plain"}),
            ]
        );
    }
}
