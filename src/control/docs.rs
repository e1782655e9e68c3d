//! The page about the control plane, generated from the table of endpoints and other tables.

use std::fmt::Write;

use super::openapi;
use super::routes::ROUTES;
use crate::dialects::Dialects;
use crate::dialects::near_miss::KINDS;

/// The timestamp columns, as `table.column`, that calls of both dialects write, without `exp_date`.
pub const DATED: [&str; 11] = [
    "blocked_ips.date",
    "epg.last_updated",
    "linecard_audit.at",
    "lines.created_at",
    "lines.updated",
    "lines_activity.date_end",
    "mag_devices.created",
    "streams_servers.stream_started",
    "users.date_registered",
    "users_credits_logs.date",
    "users_logs.date",
];

/// Which times follow the panel's clock, and which the host's.
const TIMES: [(&str, &str); 8] = [
    ("expiry, trials, `filter` by it, `advance`", "the panel's"),
    (
        "`NOW()`, `CURDATE()`, `UNIX_TIMESTAMP()` of `mysql_query`",
        "the panel's",
    ),
    ("`duration` of connections, `uptime` in days of a server", "the panel's"),
    ("the second that `v2_rate_limit` counts in", "the panel's"),
    ("`at` of the journal", "the panel's"),
    ("`at_real` and `us` of the journal", "the host's"),
    (
        "`within` of `verify`, delays and `ttl` of faults, time limits of connections",
        "the host's",
    ),
    (
        "`startup_ms`, `uptime_s` of `health`, the log on standard error",
        "the host's",
    ),
];

/// The chapter about the journal.
const JOURNAL: &str = "
## The journal

`GET requests` lists the requests, and beside them the [deliveries of webhooks](#deliveries), without their secrets; a request
is listed as soon as it has arrived, and its outcome as soon as that is known. Filters: `since` (a `seq`), `limit`, `api`, `action`, `user`, `status`,
`unmatched=1`, `fault` (an id, with `*` for any text). A filter that is sent empty means requests without it.

| member | |
|---|---|
| `seq`, `id`, `world` | its number, which is never reused; an id that is unique among all worlds; its world |
| `at`, `at_real` | when it arrived or was sent, by the panel's clock and by the system's |
| `api`, `action`, `user` | the API, the action and the user that the request names; `api` is one of APIS, or `webhook` of a delivery |
| `matched` | whether the dialect has such an action |
| `auth` | the result of the credentials' check: `ok`, `bad_key`, `forbidden`, `blocked`, `limited`, `throttled`; null when none were needed |
| `handler` | the operation that answered; null when none was reached |
| `fault` | the id of the fault that was applied to it |
| `outcome` | `answered`, `cut` (the beginning was sent), `closed`, `reset`, `hung`, `abandoned` (its client left), `failed` (a delivery without an answer); null while it runs |
| `status`, `bytes`, `us` | of the answer; `status` is null where none was sent |
| `diagnostics` | why it is suspicious: its near misses, each with a `hint` |
| `stream`, `container`, `watched`, `ended` | of a request that names a stream: its id; `ts`, `hls` or `VOD`; the seconds of media that were sent (of a film that part of `duration_secs` which its bytes are; null where either is not known), and why the answer ended, as `GET sessions` has it, null while it is open. `bytes` grows while it is sent |
| `delivery`, `error` | of a delivery: its id, as `GET webhooks` has it, and why the receiver gave no answer, null where it gave one or still may |

`POST verify` takes `match` with `times` (`exactly`, `at_least`, `at_most`; at least one when left out), or `order`: a list
of matches, each of which must be found after the one before, with any requests between them. `within` is how
long to wait for missing requests. A `match` of streams also has `stream`, `container`, `ended`, `bytes` and `watched`, the last two as
`{\"at_least\":…,\"at_most\":…}` in bytes (`\"2MiB\"`) and seconds: `at_least` holds as soon as so much was sent, `at_most` once the
answer has ended. A check that fails is 409 with the closest requests; one that cannot be decided, because
the journal has dropped requests, is 409 `journal_overflow`.

`GET metrics` counts since the start; a reset does not change it: requests by the operation that answered and by status, how long
they took, deliveries of webhooks by the event, faults that were applied, near misses (each request once, when its near misses are first read;
`linecard_unmatched_unread_total` counts requests that the journal dropped before). `--metrics-bind` serves it to everybody on
a port of its own, as `GET /metrics`, and without the control plane too: then there are no faults and no journal, and near
misses are counted only with `--strict` or `--strict=warn`.

`GET requests.har` has the same as an HTTP archive for other tools, all of it unless `limit` is sent. Members that the
format does not have are under `_linecard`.

`GET requests/stream` is a stream of events: a `request` event for each request when it is answered, from now on or after
`since`, with the same filters except `limit`. `id` is the number up to which every request was sent: a client that connects
again with it as `since` misses nothing. A client that reads more slowly than requests arrive gets an `overflow` event about
requests that the journal has dropped; one that reads nothing for `--slow-reader` is disconnected.

### Deliveries

Each attempt to deliver a webhook is an entry too. Its `api` is `webhook` and its `action` the event; `url`, `headers` and
`body` are what was sent, `status` is the receiver's, or that of a `fault` that acted in its place, and `at` the instant that
`GET webhooks` has as `last_attempt`. `peer` is null; the body of an answer is not read, so `bytes` is 0.

`GET requests`, `requests.har`, `requests/stream` and `linecard tail` show them among the requests. What counts requests leaves
them out unless it names the api: `match` of `requests/count` and `verify`, and each step of an `order`, is about a delivery
only with `\"api\":\"webhook\"`; `unmatched` and `linecard_requests_total` have none, `linecard_deliveries_total` has them alone.
So what a panel was asked and what it told can be verified in one order:

```json
{\"order\":[{\"action\":\"create_line\"},{\"api\":\"webhook\",\"action\":\"line.created\",\"status\":200}],\"within\":\"5s\"}
```

## Limits

Each limit is an option of the server; [options.md](options.md) has the defaults, which tests do not reach.

| option | what it limits | beyond it |
|---|---|---|
| `--journal-size`, `--journal-memory` | the requests in the journal, by number and by memory | the oldest are dropped: `evicted`, `overflow`, 409 `journal_overflow` |
| `--journal-listeners` | clients of `requests/stream` | 409 `too_many` |
| `--slow-reader` | how long a client reads nothing of `requests/stream` or of a long list | its connection is reset |
| `--snapshots`, `--worlds` | their numbers | 409 `too_many` |
| `--state-memory` | all snapshots and worlds, and rows that a seed's `scale:` or a document's `generate` lets the server generate | 507 `no_room` |
| `--fault-rules` | the faults | 409 `too_many` |
| `--fault-memory` | the faults, by the length of their JSON | 507 `no_room` |
| `--fault-body` | the `body` of a fault | 400 |
| `--match-limit` | a `match`, by the length of its JSON; a regular expression has 64 KiB when compiled | 400 |

Rows are no longer generated when the client that asked for them leaves, and nothing of them stays. Long lists (`GET requests`,
`requests.har`, `unmatched`) are streamed without a length; what the journal drops before it is printed is missing from them and
counted.
";

/// The chapter about suspicious requests, before the table of kinds.
const SUSPICIOUS: &str = "
## Suspicious requests

A suspicious request asks for something that the panel does not have, or contains what looks like a mistake: it has at
least one near miss of the table below. `GET unmatched` lists the suspicious requests. The panel answers them as it always
would (`--strict` refuses them, `--strict=warn` writes them to the log); here each comes with its `near_misses`, which
`diagnostics` of a request has too. `hint` says what to change; no hint contains a key or a password. Near misses that need
the panel's rows (`bad_key`, `wrong_password`, `other_type`) are looked up when they are first read after the answer, and a
strict server does not refuse a request for them, because the panel refuses it itself.

| kind | |
|---|---|
";

/// Returns the types of the control plane for clients, each file's place with its text.
pub fn client_types() -> [(&'static str, String); 2] {
    openapi::client_types(ROUTES)
}

/// Writes the page about the control plane.
pub fn page() -> String {
    let mut text = String::from(
        "# The control plane\n\n\
         Generated from the table of endpoints by `linecard docs`; do not edit.\n\n\
         With `--control`, a test controls the panel under `/_linecard/`. Under `test` and `run` programs on this machine need no\n\
         token; everybody else does, and `serve --control` always has one:\n\
         `Authorization: Bearer TOKEN`. Bodies are JSON objects; a refusal is `application/problem+json` with a\n\
         `hint`. [recipes.md](recipes.md) has a recipe for each failure, as a shell runs it.\n\n\
         | method | path | |\n|---|---|---|\n",
    );
    for route in ROUTES {
        let _ = writeln!(text, "| {} | `{}` | {} |", route.method, route.shown(), route.doc);
    }
    text.push_str(
        "\n## Worlds\n\n\
         A world is a panel of its own in the same process: its own database in memory, clock, credentials, faults, journal\n\
         and port. `POST worlds` takes `name`, `seed` (`docs`, `small`, `scale:…`, a seed document, or a list of these) or `snapshot`,\n\
         `clock` (as `--clock` or `PUT clock` have it) and `rng_seed`, all of which can be left out: then it starts as the server did,\n\
         and one with a `seed` at [that seed's instant](#the-clock). It answers\n\
         `{\"id\",\"url\",\"host_url\",\"control\",\"access_code\",\"api_key\",\"user\",\"pass\"}`. The world answers at `url` and, on the\n\
         server's own port, to requests for the host `NAME.localhost`; its control plane is under both. `DELETE worlds/NAME`\n\
         stops it after the requests in flight, for a second at most, and frees all it has.\n\n\
         ## Resets and sessions\n\n\
         `POST reset` restores the start of `state`, `clock`, `faults`, `journal`, `sessions` and `transitions`, or of those\n\
         that `what` lists. The state includes its connections; `sessions` without `state` ends all of them. With a `seed`, as `POST worlds`\n\
         takes it, the state is that of a new panel with this seed, until the next reset. On a\n\
         panel that others use too, `{\"match\":{\"user\":\"ci-*\"}}` deletes the lines whose username and the devices whose MAC\n\
         matches, with their dependent rows, in one write: `{\"epoch\",\"deleted\":{\"lines\",\"mags\",\"enigmas\"},\"streams\",\"lines\"}`.\n\
         Letter case counts, as in every `match`; nothing is restored, so `epoch` stays.\n\n\
         `GET sessions` lists the live connections, `?user=` those of the matching users: `id`, `user` (a device's is its\n\
         MAC), `line`, `mag`, `enigma`, `stream`, `stream_name`, `server`, `ip`, `user_agent`, `container`, `since`.\n\
         Those that this server plays also tell `started`, `last_read`, `bytes`, `watched` (seconds of media; of a film, also one\n\
         from elsewhere, that part of its `duration_secs` which the bytes sent are of the file), `packets`, `frame`\n\
         (the last one of the test source that has begun), `behind_ms` (behind the source), `segments` and `upstream`, which are null\n\
         where they are not known. `ended` lists the last 1,000 that ended, with `at` and `ended`, one of `client`, `killed`,\n\
         `kicked`, `line`, `expired`, `idle`, `too_long`, `stopped`, `upstream`, `slow`, `fault`, `reset` and `server`.\n\
         `POST sessions/wait` `{\"line\":\"ci-1\",\"active\":0,\"within\":\"5s\"}` answers when the line (its username or id) has so many\n\
         connections, and 409 if it does not in that time.\n\
         `DELETE sessions/ID` ends one, as `kill_connection` does: it becomes a row of activity.\n\n\
         ## Adding to the state\n\n\
         `PATCH state` answers what it did, in numbers by the sections of the document, here two new lines and a setting:\n\
         `{\"epoch\":0,\"added\":{\"lines\":2},\"changed\":{\"settings\":1},\"streams\":6,\"lines\":4}`. `changed` counts entries of rows that\n\
         were there, and `generated`, if the document has `generate`, the rows that it made.\n\n\
         ## Seed files that change\n\n\
         With `--watch-seed` the seed is planted again when one of its files has changed: the state is replaced, `epoch` goes up,\n\
         and a reset restores the new state; clock, faults and journal stay. A file with an error changes nothing:\n\
         `seed_error` of `GET info` and the log have the error, with file, line and path, until it is corrected.\n\n\
         ## Other machines\n\n\
         Without a token a request must come from this machine, not through a proxy, under a host of loopback, `*.localhost` or\n\
         `--public-url` and without a foreign `Origin`, and a body has a type such as `application/json` that no web page sends by itself\n\
         (`curl --json`). With one, `health` and `ready` alone need none. On an address that other machines reach, what\n\
         changes a panel's state or time (`clock`, `faults`, `reset`, `snapshots`, `state`, `transitions`, `worlds`) answers 403\n\
         unless the server was started with `--test-mode`, as `linecard test` and `linecard run` are.\n\
         `--control-bind ADDRESS:PORT` gives the control plane a socket of its own; the panel's socket then has none. `url` in `info` is `--public-url` or what `PATCH info` set, else what the request\n\
         asked for (`X-Forwarded-Host` and `-Proto` of trusted proxies first), else the socket's address.\n\
         `{\"public_url\":null}` removes what was set.\n\n\
         ## The clock\n\n\
         `PUT clock` takes `{\"mode\":\"real\"}`, `{\"mode\":\"frozen\",\"at\":\"2026-01-01T00:00:00Z\"}`,\n\
         `{\"mode\":\"offset\",\"by\":\"-P30D\"}` or `{\"mode\":\"scaled\",\"rate\":60}`; `POST clock/advance` takes `by` (an ISO 8601\n\
         duration, months by the calendar) or `to`, and lists in `fired` what fell due on the way, in the order of its\n\
         instants: `line.expired`, resources that became ready, `session.idle` and `session.too_long` with the session's\n\
         `activity_id`, `token.expired`, with the id of its line, for each data URL whose token ended without having opened\n\
         anything, and what is done daily at 04:00 by the panel's time zone: every EPG source that has a file is reloaded\n\
         (`guide.reload`), and programmes that ended before its `days_keep` go (`guide.retain`). Several days at once do so once,\n\
         on the last of them. With a clock that runs it happens by itself; one that stands, or is set, starts nothing.\n\
         Subscriptions of the billing API start, are cancelled at the end of their period and expire too (`subscription.started`,\n\
         `subscription.cancelled`, `subscription.expired`), each dated with its own instant; `PUT clock` forward does it as well.\n\
         Deliveries of webhooks that fall due come last (`webhook.delivered`, `webhook.failed`, with the delivery's id):\n\
         [webhooks.md](webhooks.md).\n\n\
         Under `linecard test`, `linecard run` and `linecard::Panel`, the clock of a panel whose first seed is built in begins at\n\
         that seed's own instant and runs on from there: `docs` at 2026-03-15 14:30:00 UTC, `small`, `demo`, `large` and `scale:…`\n\
         at 2026-01-01 00:00:00 UTC. So lines that a seed says are active still are, whatever the day of the run, and a suite that\n\
         passes today passes later. `--clock real` is today, as `serve` always begins unless it is told `--clock seed`. A world with\n\
         a `seed` begins so too, unless it has a `clock` or its server was started with another `--clock`; a reset goes back to the\n\
         clock's first mode.\n\n\
         The clock is not in the database. A server that opens a file again begins with the clock of its options, and not with\n\
         one that was set or advanced before: a line that had expired by that clock alone is valid again, and rows keep the\n\
         times that they were written with.\n\n",
    );
    text.push_str(&times());
    text.push_str(crate::control::clock::transitions::CHAPTER);
    text.push_str(crate::control::state::profile::CHAPTER);
    text.push_str(&super::faults::docs::chapter());
    let apis = Dialects::default().names().join("`, `");
    text.push_str(&JOURNAL.replace("APIS", &format!("`{apis}`")));
    text.push_str(SUSPICIOUS);
    for (kind, meaning) in KINDS {
        let _ = writeln!(text, "| `{kind}` | {meaning} |");
    }
    text
}

/// Writes the table of times and their clocks.
fn times() -> String {
    let mut text = String::from("| time | clock |\n|---|---|\n");
    let _ = writeln!(text, "| columns: `{}` | the panel's |", DATED.join("` `"));
    for (what, whose) in TIMES {
        let _ = writeln!(text, "| {what} | {whose} |");
    }
    text
}
