//! Two hundred worlds in one process: whatever is done to them in whatever order, each is as if it
//! were alone.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use crate::support::{Client, NOW, Panel};

const WORLDS: usize = 200;
const STEPS: usize = 400;

/// Something that a client does.
#[derive(Clone, Debug)]
enum Step {
    Create,
    Delete,
    Advance(i64),
    Fault,
    Reset,
}

/// What a world must hold.
#[derive(Clone, Debug, PartialEq)]
struct Model {
    lines: Vec<i64>,
    next: i64,
    clock: i64,
    faults: u64,
    requests: u64,
}

impl Model {
    fn new() -> Model {
        Model {
            lines: vec![4521, 4522],
            next: 4523,
            clock: NOW,
            faults: 0,
            requests: 0,
        }
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Create => {
                self.lines.push(self.next);
                self.next += 1;
                self.requests += 1;
            }
            Step::Delete => {
                self.requests += u64::from(self.lines.pop().is_some());
            }
            Step::Advance(seconds) => self.clock += seconds,
            Step::Fault => self.faults += 1,
            Step::Reset => *self = Model::new(),
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => Just(Step::Create),
        2 => Just(Step::Delete),
        2 => (1..100_000_i64).prop_map(Step::Advance),
        2 => Just(Step::Fault),
        1 => Just(Step::Reset),
    ]
}

/// A panel that steps are taken on: the main one or a world.
struct Place {
    name: String,
    /// Its own port, and its name with the port of the main panel.
    port: String,
    named: (String, String),
}

impl Place {
    fn client(&self, by_name: bool) -> Client {
        match by_name {
            true => Client::of_host(&self.named.0, &self.named.1),
            false => Client::new(&self.port),
        }
    }

    fn call(&self, by_name: bool, action: &str, params: &str) -> Value {
        let path = format!("/access/admin/index.php?api_key=YOUR_KEY&action={action}&{params}");
        serde_json::from_str(&self.client(by_name).get(&path).text()).unwrap()
    }

    fn control(&self, by_name: bool, method: &str, path: &str, body: &str) -> Value {
        let path = format!("/_linecard/{path}");
        let answer = self.client(by_name).request(method, &path, &[], body.as_bytes());
        assert_eq!(answer.status, 200, "{answer:?}");
        serde_json::from_str(&answer.text()).unwrap()
    }

    fn take(&self, by_name: bool, step: &Step, before: &Model) {
        match step {
            Step::Create => {
                let made = self.call(by_name, "create_line", "exp_date=2027-01-01");
                assert_eq!(made["data"]["id"], before.next, "{made}");
            }
            Step::Delete => {
                if let Some(id) = before.lines.last() {
                    let gone = self.call(by_name, "delete_line", &format!("id={id}"));
                    assert_eq!(gone["status"], "STATUS_SUCCESS");
                }
            }
            Step::Advance(seconds) => {
                self.control(by_name, "POST", "clock/advance", &format!(r#"{{"by":"PT{seconds}S"}}"#));
            }
            Step::Fault => {
                let fault = r#"{"match":{"action":"get_mags"},"effect":{"status":503}}"#;
                self.control(by_name, "POST", "faults", fault);
            }
            Step::Reset => {
                self.control(by_name, "POST", "reset", "");
            }
        }
    }

    /// What it holds, read through the control plane and, last, through a list.
    fn shown(&self, by_name: bool) -> Model {
        let faults = self.control(by_name, "GET", "faults", "");
        let requests = self.control(by_name, "GET", "requests", "");
        let requests = requests["requests"].as_array().unwrap().clone();
        assert!(requests.iter().all(|request| request["world"] == self.name.as_str()));
        let clock = self.control(by_name, "GET", "clock", "");
        let lines = self.call(
            by_name,
            "get_lines",
            "show_columns=id&order_column=id&order_dir=asc&limit=1000",
        );
        let lines = lines["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line["id"].as_i64().unwrap());
        let lines: Vec<i64> = lines.collect();
        Model {
            next: 0,
            lines,
            clock: clock["unix"].as_i64().unwrap(),
            faults: faults["faults"].as_array().unwrap().len() as u64,
            requests: requests.len() as u64,
        }
    }
}

#[test]
fn two_hundred_worlds_do_not_know_of_each_other() {
    let mut runner = TestRunner::new(Config {
        cases: 2,
        max_shrink_iters: 10,
        failure_persistence: None,
        ..Config::default()
    });
    let steps = prop::collection::vec((0..=WORLDS, any::<bool>(), step()), STEPS);
    let law = |steps: Vec<(usize, bool, Step)>| {
        let panel = Panel::docs_with(|config| config.control = true);
        let mut places = vec![Place {
            name: "main".into(),
            port: panel.host().into(),
            named: ("localhost".into(), panel.host().into()),
        }];
        places.extend((0..WORLDS).map(|n| {
            let name = format!("w{n}");
            let body = format!(r#"{{"name":"{name}"}}"#);
            let told = panel
                .client()
                .request("POST", "/_linecard/worlds", &[], body.as_bytes());
            let told: Value = serde_json::from_str(&told.text()).unwrap();
            Place {
                port: told["url"].as_str().unwrap().strip_prefix("http://").unwrap().into(),
                named: (format!("{name}.localhost"), panel.host().into()),
                name,
            }
        }));
        let mut models: BTreeMap<usize, Model> = (0..=WORLDS).map(|at| (at, Model::new())).collect();
        for (at, by_name, step) in &steps {
            let model = models.get_mut(at).unwrap();
            places[*at].take(*by_name, step, model);
            model.take(step);
        }
        for (at, place) in places.iter().enumerate() {
            let by_name = at % 2 == 0;
            let expected = Model {
                next: 0,
                ..models[&at].clone()
            };
            prop_assert_eq!(place.shown(by_name), expected, "{}", place.name);
        }
        Ok(())
    };
    runner.run(&steps, law).unwrap();
}
