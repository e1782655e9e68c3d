//! What the page about the control plane says of faults.

use std::fmt::Write;

use super::presets::PRESETS;

/// The chapter, with the table of presets.
pub fn chapter() -> String {
    let mut text = String::from(
        "\n## Faults\n\n\
         `POST faults` takes `match` (which requests), `when` (`skip`, `times`, `every`, `probability`; `ttl` by the wall's\n\
         clock, `until` by the panel's), `at` (`before` the panel does its work, or `after` it, so that only the answer is\n\
         lost) and `effect`. Faults are asked in their order: those that only wait add up, the first one that does more ends\n\
         the search. `GET faults` shows of each how many requests it `matched` and how often it acted (`hits`); draws follow\n\
         from `--rng-seed`, the fault's `id` and the number of the request.\n\n\
         | effect | |\n|---|---|\n\
         | `delay` | `\"200ms\"`, `{\"uniform\":[\"50ms\",\"900ms\"]}` or `{\"lognormal\":{\"median\":\"120ms\",\"sigma\":0.4}}` |\n\
         | `answer` | the dialect's own failure by its word: `STATUS_NO_PERMISSIONS`, `EXISTS`; where a dialect has no such word, the panel answers and `unanswerable` counts it |\n\
         | `status`, `body` | another status, another body |\n\
         | `preset` | one of the list below |\n\
         | `corrupt` | `{\"flip\":1}`: so many bits of the body are turned |\n\
         | `abort` | `close`, `reset`, `empty`, `hang`: no answer at all |\n\
         | `truncate` | `{\"bytes\":512}`, `{\"bytes\":\"64KiB\"}` or `{\"fraction\":0.5}` of the body, then the connection closes |\n\
         | `dribble`, `throttle` | `{\"chunks\":5,\"over\":\"2s\"}`, `\"64KiB/s\"` |\n\
         | `stream_cut` | `{\"after_bytes\":\"2MiB\"}` or `{\"after\":\"3s\"}`: as a stream, without a length, that breaks off then, or where it ends |\n\n\
         | preset | |\n|---|---|\n",
    );
    for preset in PRESETS {
        let _ = writeln!(text, "| `{}` | {} |", preset.name, preset.doc);
    }
    text
}
