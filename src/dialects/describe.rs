//! Describes recorded requests. This is done when the journal is read, not when a request is answered.

use super::php::form::{Form, Limits};
use super::recorded::{Described, Recorded, Sent, Summary, two_words, whole_names};
use super::{Dialects, hints, unserved};
use crate::panel::access_cache::AccessCache;

/// Describes a request.
pub async fn describe(dialects: Dialects, access: &AccessCache, recorded: Recorded<'_>) -> Described {
    let sent = Sent::parse(dialects, recorded).await;
    let summary = match dialects.get(recorded.api) {
        Some(dialect) => dialect.summarize(access, &sent),
        None => to_no_dialect(access, &sent),
    };
    Described {
        api: recorded.api,
        action: summary.action,
        subject: summary.subject,
        matched: summary.matched,
        has_header_key: sent.header_key().is_some(),
        query: sent.query_names,
        form: sent.form_names,
        near_misses: summary.near_misses,
    }
}

/// Describes a delivery of a webhook: the event is its action, and nothing about it can be a mistake of a client.
pub fn delivery(recorded: Recorded<'_>, event: &str) -> Described {
    Described {
        api: recorded.api,
        action: Some(event.to_owned()),
        subject: None,
        matched: true,
        has_header_key: false,
        query: whole_names(&Form::parse(recorded.query.as_bytes(), Limits::PHP)),
        form: Vec::new(),
        near_misses: Vec::new(),
    }
}

/// Summarizes a request that no dialect answers, with the dialect that was probably meant.
fn to_no_dialect(access: &AccessCache, sent: &Sent<'_>) -> Summary {
    let action = sent.action();
    let sub = sent.cleaned("sub");
    let known = action.as_deref().is_some_and(|name| {
        sent.dialects
            .served()
            .any(|dialect| dialect.has_operation(access, name))
    });
    let path = sent.recorded.path;
    let mut others = sent.dialects.iter().rev();
    let near_miss = hints::in_path(access, path)
        .or_else(|| others.find_map(|dialect| dialect.lost(access, sent)))
        .or_else(|| unserved::near_miss_of(sent.dialects, access, path));
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
