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
         | `stream_cut` | `{\"after_bytes\":\"2MiB\"}` or `{\"after\":\"3s\"}`: as a stream without a length, which is cut there or at its end |\n\n\
         Every effect works on streams too: a `fraction`, and chunks of a body whose length nobody knows, count as if it had\n\
         64 KiB; a preset that changes the shape of an answer leaves a stream alone.\n\n\
         | preset | |\n|---|---|\n",
    );
    for preset in presets::all(Dialects::default()) {
        let _ = writeln!(text, "| `{}` | {} |", preset.name, preset.doc);
    }
    text.push_str(
        "\nA request can ask for a fault that applies to it alone: `X-Linecard-Fault: status=503; delay=200ms`. The\n\
         syntax is that above, with `at=after`, `delay=50ms..900ms`, `corrupt=1`, `truncate=0.5`, `dribble=5/2s` and\n\
         `stream_cut=3s`; a text ends at the next semicolon. Where the control plane asks for a token, so does this header.\n\n\
         `--latency 200ms`, `--jitter 100ms`, `--fail-rate 0.05:503` and `--faults FILE` (a list, in YAML or JSON) are the initial\n\
         faults, which a reset restores. With `X-Linecard-Debug: 1`, or for all requests with `--debug-headers`, the\n\
         headers `X-Linecard-Request`, `-World`, `-Api`, `-Action` and `-Fault` of an answer describe how the server understood\n\
         the request; otherwise an answer has the headers of a panel and no others.\n",
    );
    text
}
