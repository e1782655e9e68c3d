//! Measures the cost of each step of a request (criterion): `cargo bench --bench pieces`.

#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a measuring program may stop where it stands"
)]

use std::hint::black_box;
use std::sync::Arc;

use actix_http::{HttpMessage, Request};
use actix_service::Service;
use actix_web::body::MessageBody;
use actix_web::web::Bytes;
use criterion::{Criterion, criterion_group, criterion_main};
use linecard::dialects::Dialects;
use linecard::dialects::php::form::{Form, Limits};
use linecard::dialects::php::json;
use linecard::http::RequestBody;
use linecard::http::address::Address;
use linecard::http::app::of_thread;
use linecard::http::app_state::{AppState, Exposure};
use linecard::http::begin::OwnRequest;
use linecard::panel::clock::Clock;
use linecard::panel::rng::Rng;
use linecard::panel::{Panel, Settings};
use linecard::seeds;
use linecard::store::Place;
use linecard::store::mysql;
use linecard::store::mysql::cache::Cache;
use linecard::time::Zone;

fn panel(seed: &str) -> Arc<Panel> {
    let seed: [seeds::Seed; 1] = [seed.parse().unwrap()];
    let keys = seeds::BootstrapCredentials {
        access_code: Some("bench0001".into()),
        api_key: Some("BENCH_KEY".into()),
        ..seeds::BootstrapCredentials::default()
    };
    let fill = |db: &rusqlite::Connection, rng: &Rng, now| planted(db, &keys, rng, now, &seed);
    let place = Place::private_memory();
    let (panel, _) = Panel::open(
        place,
        Settings::default(),
        Clock::frozen(1_773_585_000),
        Rng::seeded(1),
        fill,
    )
    .unwrap();
    Arc::new(panel)
}

fn planted(
    db: &rusqlite::Connection,
    keys: &seeds::BootstrapCredentials,
    rng: &Rng,
    now: i64,
    seed: &[seeds::Seed],
) -> Result<(), String> {
    let zone = Zone::UTC;
    seeds::plant(
        &seeds::SeedContext {
            db,
            keys,
            rng,
            now,
            zone,
            limit: None,
        },
        seed,
    )
}

const ADMIN: &str = "/bench0001/admin/index.php";

/// Answers a call without a socket.
fn answer(runtime: &tokio::runtime::Runtime, state: &Arc<AppState>, path: &str, query: &str) -> Bytes {
    runtime.block_on(async {
        let application = of_thread(Dialects::default(), false).await.unwrap();
        let mut request = Request::new();
        request.head_mut().uri = format!("{path}?{query}").parse().unwrap();
        request.extensions_mut().insert(OwnRequest {
            state: Arc::clone(state),
            body: RequestBody::EMPTY,
        });
        let answer = application.call(request).await.unwrap();
        answer.into_body().try_into_bytes().unwrap()
    })
}

/// Returns the state of a server without a control plane.
fn state(panel: Arc<Panel>) -> Arc<AppState> {
    Arc::new(AppState {
        panel,
        control: None,
        address: Arc::new(Address::new("http://127.0.0.1:8080".into(), None, None)),
        metrics: None,
        exposure: Exposure::Everything,
        dialects: Dialects::default(),
        limits: linecard::http::limits::Limits::none(),
        request_log: None,
    })
}

fn pieces(criterion: &mut Criterion) {
    let form = b"api_key=YOUR_KEY&action=create_line&exp_date=2026-12-31&username=customer1&bouquets_selected=%5B1%2C2%5D&allowed_ips[]=192.0.2.1";
    criterion.bench_function("form", |bench| bench.iter(|| Form::parse(black_box(form), Limits::PHP)));
    criterion.bench_function("json text", |bench| {
        bench.iter(|| {
            let mut out = Vec::new();
            json::text(&mut out, black_box("http://origin.example/news.ts \u{e9}\u{1f4fa}"));
            out
        });
    });
    let sql = "SELECT id, username, exp_date FROM lines WHERE member_id = 88 LIMIT 10";
    criterion.bench_function("mysql_query, read and typed", |bench| {
        bench.iter(|| mysql::prepare(black_box(sql)).unwrap());
    });
    let cache = Cache::default();
    cache.put(sql, &Arc::new(mysql::prepare(sql).unwrap()));
    criterion.bench_function("mysql_query, from the cache", |bench| {
        bench.iter(|| cache.get(black_box(sql)).unwrap());
    });

    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let panel = state(panel("scale:lines=10000,streams=100,resellers=20"));
    for (name, call) in [
        ("get_line", "get_line&id=4521"),
        ("get_lines, 25 rows", "get_lines&limit=25"),
        ("get_lines, searched", "get_lines&limit=25&search[value]=line00045"),
        (
            "get_lines, by username",
            "get_lines&limit=25&order[0][column]=1&order[0][dir]=desc",
        ),
    ] {
        let query = format!("api_key=BENCH_KEY&action={call}");
        criterion.bench_function(name, |bench| {
            bench.iter(|| answer(&runtime, &panel, ADMIN, black_box(&query)))
        });
    }
    let pw = format!("pw{:08x}", 4521_i64.wrapping_mul(2_654_435_761) & 0xffff_ffff);
    let query = format!("action=user&sub=info&username=line0004521&password={pw}");
    criterion.bench_function("user/info", |bench| {
        bench.iter(|| answer(&runtime, &panel, "/api.php", black_box(&query)))
    });
    let mut line = 0;
    criterion.bench_function("create_line", |bench| {
        bench.iter(|| {
            line += 1;
            answer(
                &runtime,
                &panel,
                ADMIN,
                &format!("api_key=BENCH_KEY&action=create_line&exp_date=2027-01-01&username=new{line}"),
            )
        });
    });
}

criterion_group!(benches, pieces);
criterion_main!(benches);
