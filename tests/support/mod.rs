//! What the tests work with: a panel on its own port, and a plain client that sees every byte.

mod client;
#[cfg(unix)]
mod curl;
pub mod exchanges;
pub mod mmdb;
mod overrun;
pub mod owners;
#[cfg(unix)]
pub mod printed;
pub mod process;
mod recording;
pub mod upstream;

pub use client::{Answer, Client};
pub use overrun::OVERRUN;

use std::sync::Arc;

use linecard::config::Config;
use linecard::panel::Panel as Inner;
use linecard::panel::clock::Clock;
use linecard::panel::rng::Rng;
use linecard::server::{Running, Server};

/// The time at which every test's clock stands: 2026-03-15 14:30:00 UTC, as in the document.
pub const NOW: i64 = 1_773_585_000;

/// A text as it may stand in a form or a query: each byte percent-encoded.
pub fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Whether something comes true while it is asked for again and again, for half a minute at most.
pub fn soon(mut holds: impl FnMut() -> bool) -> bool {
    let begun = std::time::Instant::now();
    while !holds() {
        if begun.elapsed().as_secs() > 30 {
            return false;
        }
        std::thread::yield_now();
    }
    true
}

/// Runs a future of the store or the panel, which need no clock and no sockets.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(future)
}

/// A running panel.
pub struct Panel {
    server: Running,
    control: String,
    metrics: String,
    code: &'static str,
    key: &'static str,
}

impl Panel {
    /// A panel with the `docs` seed.
    pub fn docs() -> Panel {
        Panel::docs_with(|_| {})
    }

    /// A panel with the `docs` seed and other options.
    pub fn docs_with(change: impl FnOnce(&mut Config)) -> Panel {
        Panel::start("docs", "access", "YOUR_KEY", change)
    }

    /// A panel with the `small` seed.
    pub fn small() -> Panel {
        Panel::small_with(|_| {})
    }

    /// A panel with the `small` seed and other options.
    pub fn small_with(change: impl FnOnce(&mut Config)) -> Panel {
        Panel::start("small", "small0001", "SMALL_KEY", change)
    }

    /// A panel with the `small` seed as an operator runs it: by the system's clock, with random numbers that nobody
    /// can repeat.
    pub fn of_an_operator() -> Panel {
        let (clock, rng) = (Clock::running(), Rng::unpredictable().unwrap());
        Panel::run("small", "small0001", "SMALL_KEY", (clock, rng), |_| {})
    }

    /// A panel with the vendor documents' data and its control plane, whose random numbers follow from this seed.
    pub fn docs_seeded(rng_seed: u64) -> Panel {
        let control = |config: &mut Config| config.control = true;
        let (clock, rng) = (Clock::frozen(NOW), Rng::seeded(rng_seed));
        Panel::run("docs", "access", "YOUR_KEY", (clock, rng), control)
    }

    fn start(seed: &str, code: &'static str, key: &'static str, change: impl FnOnce(&mut Config)) -> Panel {
        Panel::run(seed, code, key, (Clock::frozen(NOW), Rng::seeded(7)), change)
    }

    fn run(
        seed: &str,
        code: &'static str,
        key: &'static str,
        (clock, rng): (Clock, Rng),
        change: impl FnOnce(&mut Config),
    ) -> Panel {
        let mut config = Config {
            seed: vec![seed.parse().unwrap()],
            workers: Some(1),
            test_mode: true,
            ..Config::default()
        };
        change(&mut config);
        let server = Server::bind_with(&config, clock, rng).unwrap();
        Panel {
            control: server.control().unwrap_or_default(),
            metrics: server.metrics().unwrap_or_default(),
            server: server.spawn().unwrap(),
            code,
            key,
        }
    }

    /// Stops the server.
    pub fn stop(&mut self) {
        self.server.stop();
    }

    /// The panel itself, with its clock.
    pub fn inner(&self) -> &Arc<Inner> {
        self.server.panel()
    }

    /// Where its control plane answers, with a slash at the end.
    pub fn control_url(&self) -> &str {
        &self.control
    }

    /// Where its metrics are alone.
    pub fn metrics_url(&self) -> &str {
        &self.metrics
    }

    /// `127.0.0.1:PORT`.
    pub fn host(&self) -> &str {
        self.server.url().trim_start_matches("http://")
    }

    /// A client with a connection of its own.
    pub fn client(&self) -> Client {
        Client::new(self.host())
    }

    /// Calls an action of the Admin API by POST and answers the body. `params` is form text.
    pub fn call(&self, action: &str, params: &str) -> String {
        let answer = self.client().post(
            &self.admin_path(),
            &format!("api_key={}&action={action}&{params}", self.key),
        );
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, Some("application/json")),
            "{answer:?}"
        );
        answer.text()
    }

    /// The answer to a statement.
    pub fn mysql_query(&self, sql: &str) -> String {
        self.call("mysql_query", &format!("query={}", encoded(sql)))
    }

    /// As [`Panel::call`], but by GET with everything in the query.
    pub fn get(&self, action: &str, params: &str) -> String {
        let answer = self.client().get(&format!(
            "{}?api_key={}&action={action}&{params}",
            self.admin_path(),
            self.key
        ));
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, Some("application/json")),
            "{answer:?}"
        );
        answer.text()
    }

    /// Calls the XC v2 API with this query and this form, and answers the body.
    pub fn v2(&self, query: &str, form: &str) -> String {
        let answer = self.client().post(&format!("/api.php?{query}"), form);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, Some("text/html; charset=UTF-8")),
            "{answer:?}"
        );
        answer.text()
    }

    /// Sets a setting: `NAME=VALUE`.
    pub fn set(&self, setting: &str) {
        let (name, value) = setting.split_once('=').unwrap();
        self.block_on(self.inner().set([(name, value)])).unwrap();
    }

    /// The path of the Admin API.
    pub fn admin_path(&self) -> String {
        format!("/{}/admin/index.php", self.code)
    }

    /// What is seen in the panel's own database.
    pub fn read<T: Send + 'static>(
        &self,
        look: impl Fn(&rusqlite::Connection) -> Result<T, linecard::store::StoreError> + Send + 'static,
    ) -> T {
        self.block_on(self.inner().store().read(look)).unwrap()
    }

    /// Runs SQL on the panel's own database and answers each row as its values joined with `|`.
    /// For what no action shows.
    pub fn sql(&self, sql: &str) -> Vec<String> {
        let sql = sql.to_owned();
        self.block_on(self.inner().store().write(move |db| {
            let mut statement = db.prepare(&sql)?;
            let width = statement.column_count();
            let mut rows = statement.query([])?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                let values = (0..width).map(|at| match row.get_ref(at).map(linecard::store::view::owned) {
                    Ok(rusqlite::types::Value::Null) => "null".to_owned(),
                    Ok(rusqlite::types::Value::Integer(number)) => number.to_string(),
                    Ok(rusqlite::types::Value::Real(number)) => number.to_string(),
                    Ok(rusqlite::types::Value::Text(text)) => text,
                    other => panic!("{other:?}"),
                });
                all.push(values.collect::<Vec<_>>().join("|"));
            }
            Ok::<_, linecard::store::StoreError>(all)
        }))
        .unwrap()
    }

    /// The one value that a query of one row and column answers.
    pub fn sql_one(&self, sql: &str) -> String {
        let rows = self.sql(sql);
        assert_eq!(rows.len(), 1, "{rows:?}");
        rows.into_iter().next().unwrap()
    }

    fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        actix_web::rt::System::new().block_on(future)
    }
}

/// The value of a key of `data` in an answer, as JSON text.
pub fn data(answer: &str, key: &str) -> String {
    let json: serde_json::Value = serde_json::from_str(answer).unwrap();
    json["data"][key].to_string()
}

/// The whole failure answer of the Admin API.
pub fn failure(status: &str, error: &str) -> String {
    format!(r#"{{"status":"{status}","data":{{}},"error":"{error}"}}"#)
}

/// The whole answer of an action that answers its status alone.
pub const DONE: &str = r#"{"status":"STATUS_SUCCESS"}"#;
