//! The chapter about faults in the page about the control plane.

use std::fmt::Write;

use super::presets;
use crate::dialects::Dialects;

/// Writes the chapter, with the table of presets.
pub fn chapter() -> String {
    let mut text = String::from(
        "\n## Faults\n\n\
         `POST faults` takes `match` (which requests), `when` (`skip`, `times`, `every`, `probability`; `ttl` by the\n\
         system's clock, `until` by the panel's), `at` (`before` the panel does its work, or `after` it, so that only the answer is\n\
         lost) and `effect`. Faults are tried in their order: the delays of those that only delay add up; the first one that does more\n\
         ends the search. `GET faults` shows for each how many requests it `matched` and how often it acted (`hits`); its\n\
         random decisions follow from `--rng-seed`, the fault's `id` and the number of the request.\n\n\
         | effect | |\n|---|---|\n\
         | `delay` | `\"200ms\"`, `{\"uniform\":[\"50ms\",\"900ms\"]}` or `{\"lognormal\":{\"median\":\"120ms\",\"sigma\":0.4}}` |\n\
         | `answer` | the dialect's own failure by its word: `STATUS_NO_PERMISSIONS`, `EXISTS`; where a dialect has no such word, the panel answers and `unanswerable` counts it |\n\
         | `status`, `body` | another status, another body |\n\
         | `preset` | one of the list below |\n\
         | `corrupt` | `{\"flip\":1}`: this many bits of the body are flipped |\n\
         | `abort` | `close`, `reset`, `empty`, `hang`: no answer at all |\n\
         | `truncate` | `{\"bytes\":512}`, `{\"bytes\":\"64KiB\"}` or `{\"fraction\":0.5}` of the body, then the connection closes |\n\
         | `dribble`, `throttle` | `{\"chunks\":5,\"over\":\"2s\"}`, `\"64KiB/s\"` |\n\
         | `stream_cut` | `{\"after_bytes\":\"2MiB\"}` or `{\"after\":\"3s\"}`: as a stream without a length, which is cut there or at its end |\n\
         | `stream_stall` | `{}`, or a place as `stream_cut` has it: from there on nothing comes, and the connection stays open |\n\
         | `ts_gap` | `{\"pid\":256,\"packets\":3}`: these packets of a stream become null packets |\n\
         | `ts_garbage` | `{\"bytes\":100}` that are no packet: between packets or, where the answer has a length, in their place |\n\
         | `pts_jump` | `{\"by\":\"10s\"}`: all times of a stream leap forward |\n\
         | `hls_frozen` | `true`: each HLS session gets the same playlist again |\n\
         | `hls_gap` | `true` or `{\"segment\":17}`: a segment that is listed answers 404 |\n\
         | `upstream_down` | `true`: all sources of a stream fail |\n\n\
         Streams are disturbed at an exact place: `stream_cut`, `stream_stall`, `ts_gap`, `ts_garbage`, `pts_jump` and\n\
         `throttle` (`{\"rate\":\"64KiB/s\",…}`) take `after_bytes`, `after` (media that was sent: `\"3s\"`) or `after_frame` (a number\n\
         of the test source's frames); without one they begin at once. A redirect to the data of a stream has none of them, and\n\
         `match` knows a stream's `stream` and `container`. With `\"running\":true` a fault also takes hold of answers that are\n\
         open and in the journal: it counts from then on, and stays until they end; without a journal such a fault is refused. The sessions that a fault ends have\n\
         `\"ended\":\"fault\"`, those whose sources it takes `upstream`.\n\n\
         Every effect works on streams too: a `fraction`, and chunks of a body whose length nobody knows, count as if it had\n\
         64 KiB; a preset that changes the shape of an answer leaves a stream alone.\n\n\
         | preset | |\n|---|---|\n",
    );
    for preset in presets::all(Dialects::default()) {
        let _ = writeln!(text, "| `{}` | {} |", preset.name, preset.doc);
    }
    text.push_str(
        "\nA request can ask for a fault that applies to it alone: `X-Linecard-Fault: status=503; delay=200ms`. The\n\
         syntax is that above, with `at=after`; a text ends at the next semicolon. Where the control plane asks for a token, so\n\
         does this header.\n\n\
         | word | |\n|---|---|\n\
         | `delay=50ms..900ms` | between these; `delay=200ms` is exactly so long |\n\
         | `corrupt=1` | this many bits |\n\
         | `truncate=0.5` | a fraction with a point; `truncate=64KiB` is a size |\n\
         | `dribble=5/2s` | this many pieces over this time |\n\
         | `stream_cut=3s`, `stream_stall=2MiB` | a place: seconds of media, bytes or `frame:1000` |\n\
         | `throttle=64KiB/s@3s` | a rate, and after `@` the place where it begins, as all words below may have one |\n\
         | `ts_gap=256/3@2MiB` | a PID and so many of its packets; `ts_gap=256` is one packet |\n\
         | `ts_garbage=100` | this many bytes |\n\
         | `pts_jump=10s@frame:1000` | so far forward |\n\
         | `hls_frozen=true` | the playlist of the session's first request with this header |\n\
         | `hls_gap=true`, `hls_gap=17` | whatever segment is asked for, or this one |\n\
         | `upstream_down=true` | for this request alone |\n\n\
         What is not about a request, such as `ts_gap` about the redirect to a stream's data, does nothing to it: a player can\n\
         send the header with all that it asks for.\n\n\
         `--latency 200ms`, `--jitter 100ms`, `--fail-rate 0.05:503` and `--faults FILE` (a list, in YAML or JSON) are the initial\n\
         faults, which a reset restores. With `X-Linecard-Debug: 1`, or for all requests with `--debug-headers`, the\n\
         headers `X-Linecard-Request`, `-World`, `-Api`, `-Action` and `-Fault` of an answer describe how the server understood\n\
         the request; otherwise an answer has the headers of a panel and no others.\n",
    );
    text
}
