//! What a recorded request says, told after the fact. The journal asks; a request that nobody asks about is not
//! looked at.

use super::Dialects;
use super::hints;
use super::recorded::{Described, Recorded, Sent, Summary, two_words};
use crate::panel::access_cache::AccessCache;

/// Tells what a request says.
pub async fn describe(dialects: Dialects, access: &AccessCache, recorded: Recorded<'_>) -> Described {
    let sent = Sent::read(dialects, recorded).await;
    let summary = match dialects.get(recorded.api) {
        Some(dialect) => dialect.summarize(access, &sent),
        None => to_no_dialect(access, &sent),
    };
    Described {
        api: recorded.api,
        action: summary.action,
        subject: summary.subject,
        matched: summary.matched,
        query: sent.query_names,
        form: sent.form_names,
        near_misses: summary.near_misses,
    }
}

/// What a request says that reached no dialect: which one its author may have meant.
fn to_no_dialect(access: &AccessCache, sent: &Sent<'_>) -> Summary {
    let action = sent.action();
    let sub = sent.cleaned("sub");
    let known = action.as_deref().is_some_and(|name| {
        sent.dialects
            .served()
            .any(|dialect| dialect.has_operation(access, name))
    });
    let near_miss = hints::in_path(access, sent.recorded.path).or_else(|| {
        sent.dialects
            .iter()
            .rev()
            .find_map(|dialect| dialect.lost(access, sent))
    });
    Summary {
        action: match sub {
            Some(sub) if !known => two_words(action.as_deref(), Some(&sub)),
            _ => action,
        },
        subject: sent.line_or_device().or_else(|| sent.account(access)),
        matched: false,
        near_misses: near_miss.into_iter().collect(),
    }
}
