//! How sources, films and guides are fetched, by the settings (contract "Player side", sections 15 and 18.4).

use std::sync::Arc;

use crate::media::source::http::{Guard, Policy, SystemResolver};
use crate::panel::settings::MediaSettings;

/// Returns how requests to the outside are made.
pub fn policy(settings: &MediaSettings) -> Arc<Policy> {
    Arc::new(Policy {
        guard: Guard {
            allows_private: settings.upstream_private,
            allowed: settings.upstream_allow.networks(),
        },
        verifies_tls: settings.upstream_verify_tls,
        user_agent: settings.upstream_user_agent.clone(),
        resolver: Arc::new(SystemResolver),
    })
}
