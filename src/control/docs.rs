//! The page about the control plane, from the table of endpoints and the tables beside it.

use std::fmt::Write;

use super::routes::ROUTES;
use crate::dialects::Dialects;
use crate::dialects::near_miss::KINDS;

/// What the calls of both dialects date, `exp_date` aside: columns as `table.column`.
pub const DATED: [&str; 10] = [
    "blocked_ips.date",
    "epg.last_updated",
    "lines.created_at",
    "lines.updated",
    "lines_activity.date_end",
    "mag_devices.created",
    "streams_servers.stream_started",
    "users.date_registered",
    "users_credits_logs.date",
    "users_logs.date",
];

/// What follows the panel's clock, and what does not.
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

/// What the page says of the journal.
const JOURNAL: &str = "
## The journal

`GET requests` lists what the panel was asked, without its secrets; a request is there as soon as it has come, and what
became of it as soon as that is known. Filters: `since` (a `seq`), `limit`, `api`, `action`, `user`, `status`,
`unmatched=1`, `fault` (an id, with `*` for any text). A filter that is sent empty means requests without it.

| member | |
|---|---|
| `seq`, `id`, `world` | its number, which never comes again; its name, which no other world's request has |
| `at`, `at_real` | when it came, by the panel's clock and by the system's |
| `api`, `action`, `user` | what it asks for, and on whose behalf, as the request says it; `api` is one of APIS |
| `matched` | whether the dialect has such an action |
| `auth` | how the credentials fared: `ok`, `bad_key`, `forbidden`, `blocked`, `limited`; null when nobody asked for them |
| `handler` | the operation that answered; null when none was reached |
| `fault` | the id of the fault that it met |
| `outcome` | `answered`, `cut` (the beginning was sent), `closed`, `reset`, `hung`, `abandoned` (its client left); null while it runs |
| `status`, `bytes`, `us` | of the answer; `status` is null where none was sent |
| `diagnostics` | what is odd about it, each with a `hint` |

`POST verify` takes `match` with `times` (`exactly`, `at_least`, `at_most`; one at least when left out), or `order`: a list
of matches, each of which must be found after the one before, with any requests between them. `within` waits so long for
what is missing. What does not hold is 409 with what came closest; what cannot be known, because the journal had to let
requests go, is 409 `journal_overflow`.

`GET metrics` counts since the start, whatever is reset: requests by the operation that answered and by status, how long
they took, faults that were met, what was odd (each request once, when somebody asks; `linecard_unmatched_unread_total`
are those that the journal let go before). `--metrics-bind` serves it to everybody on a port of its own, as `GET /metrics`,
and without the control plane too: then there are no faults and no journal to tell of, and what is odd is counted only
where `--strict` or `--strict=warn` looks for it.

`GET requests.har` has the same as an HTTP archive for other tools, all of it unless `limit` is sent. What the format has
no member for stands under `_linecard`.

`GET requests/stream` goes on: a `request` event for each request when it is answered, from now on or after `since`, with
the same filters but for `limit`. `id` is the number up to which all is told: who begins again with it as `since` misses
nothing. A client that reads slower than requests come is told of those that the journal had to let go: `overflow`.
";

/// What the page says of what can be odd, before the table of kinds.
const ODD: &str = "
## What can be odd about a request

`GET unmatched` lists the requests that asked for something the panel does not have, or in which something looks like a
slip. A panel answers them as it always would (`--strict` refuses them, `--strict=warn` writes them to the log); here
each comes with `near_misses`, which `diagnostics` of a request has too. `hint` says what to change; no hint tells a key
or a password. What needs the panel's rows (`bad_key`, `wrong_password`, `other_type`) is looked up when it is first
asked for after the answer, and no strict server refuses a request for it: the panel has its own words.

| kind | |
|---|---|
";

/// The page about the control plane.
pub fn page() -> String {
    let mut text = String::from(
        "# The control plane\n\n\
         Generated from the table of endpoints by `linecard docs`; do not edit.\n\n\
         With `--control`, a test steers the panel under `/_linecard/`. It is open to this machine; for others it asks for\n\
         `Authorization: Bearer TOKEN`. Bodies are JSON objects; what is refused comes as `application/problem+json` with a\n\
         `hint`. [recipes.md](recipes.md) has a recipe for each failure, as a shell runs it.\n\n\
         | method | path | |\n|---|---|---|\n",
    );
    for route in ROUTES {
        let _ = writeln!(text, "| {} | `{}` | {} |", route.method, route.shown(), route.doc);
    }
    text.push_str(
        "\n## Worlds\n\n\
         A world is a panel of its own in the same process: its own database in memory, clock, credentials, faults, journal\n\
         and port. `POST worlds` takes `name`, `seed` (`docs`, `small`, `scale:…`) or `snapshot`, `clock` (as `--clock` or\n\
         `PUT clock` have it) and `rng_seed`, all of which can be left out: then it begins as the server did. It answers\n\
         `{\"id\",\"url\",\"host_url\",\"control\",\"access_code\",\"api_key\",\"user\",\"pass\"}`. The world answers at `url` and, on the\n\
         server's own port, to requests for the host `NAME.localhost`; its control plane is under both. `DELETE worlds/NAME`\n\
         stops it after the requests in flight, for a second at most, and frees all it has.\n\n\
         ## Resets and sessions\n\n\
         `POST reset` goes back to the start in `state`, `clock`, `faults`, `journal`, `sessions` and `transitions`, or in those\n\
         of them that `what` lists. With the state come the connections of its time; `sessions` without `state` cuts all of them off. On a\n\
         panel that others use too, `{\"match\":{\"user\":\"ci-*\"}}` deletes the lines whose username and the devices whose MAC\n\
         is meant, with what is theirs, in one write: `{\"epoch\",\"deleted\":{\"lines\",\"mags\",\"enigmas\"},\"streams\",\"lines\"}`.\n\
         Letters' case counts, as in every `match`; nothing goes back, so that `epoch` stays.\n\n\
         `GET sessions` lists the live connections, `?user=` those of the users that are meant: `id`, `user` (a device's is its\n\
         MAC), `line`, `mag`, `enigma`, `stream`, `stream_name`, `server`, `ip`, `user_agent`, `container`, `since`.\n\
         `DELETE sessions/ID` cuts one off, as `kill_connection` does: it becomes a row of activity.\n\n\
         ## Seed files that change\n\n\
         With `--watch-seed` the panel begins anew when a file of its seed has changed: the state is replaced, `epoch` goes up,\n\
         and a reset goes back to the new beginning; clock, faults and journal stay. A file with an error changes nothing:\n\
         `seed_error` of `GET info` and the log tell what is wrong, with file, line and path, until it is mended.\n\n\
         ## Other machines\n\n\
         On an address that other machines reach, callers need the token for all but `health` and `ready`, and what\n\
         changes a panel's state or time (`clock`, `faults`, `reset`, `snapshots`, `state`, `transitions`, `worlds`) answers 403\n\
         unless the server was started with `--test-mode`, as `linecard test` and `linecard run` are.\n\
         `--control-bind ADDRESS:PORT` gives the control plane a socket of its own; on the panel's there is then none. `url` in `info` is `--public-url` or what `PATCH info` set, else what the request\n\
         asked for (`X-Forwarded-Host` and `-Proto` of trusted proxies first), else the socket's address.\n\
         `{\"public_url\":null}` takes back what was said of it.\n\n\
         ## The clock\n\n\
         `PUT clock` takes `{\"mode\":\"real\"}`, `{\"mode\":\"frozen\",\"at\":\"2026-01-01T00:00:00Z\"}`,\n\
         `{\"mode\":\"offset\",\"by\":\"-P30D\"}` or `{\"mode\":\"scaled\",\"rate\":60}`; `POST clock/advance` takes `by` (an ISO 8601\n\
         duration, months by the calendar) or `to`, and tells in `fired` what fell due on the way: lines that expired, and what\n\
         became ready.\n\n",
    );
    text.push_str(&times());
    text.push_str(crate::control::clock::transitions::CHAPTER);
    text.push_str(crate::control::state::profile::CHAPTER);
    text.push_str(&super::faults::docs::chapter());
    let apis = Dialects::default().names().join("`, `");
    text.push_str(&JOURNAL.replace("APIS", &format!("`{apis}`")));
    text.push_str(ODD);
    for (kind, meaning) in KINDS {
        let _ = writeln!(text, "| `{kind}` | {meaning} |");
    }
    text
}

/// Which clock is whose.
fn times() -> String {
    let mut text = String::from("| time | clock |\n|---|---|\n");
    let _ = writeln!(text, "| columns: `{}` | the panel's |", DATED.join("` `"));
    for (what, whose) in TIMES {
        let _ = writeln!(text, "| {what} | {whose} |");
    }
    text
}
