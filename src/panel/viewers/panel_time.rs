//! The panel's clock as streams see it.

use std::sync::{Arc, Weak};

use tokio::sync::watch;

use crate::media::pace::PanelClock;
use crate::panel::Panel;
use crate::time::Zone;

/// The clock of a panel. A panel that is gone has none: its streams stand.
pub struct PanelTime {
    panel: Weak<Panel>,
    changes: watch::Receiver<u64>,
    zone: Zone,
}

impl PanelTime {
    /// That of this panel.
    pub fn new(panel: &Arc<Panel>) -> PanelTime {
        PanelTime {
            panel: Arc::downgrade(panel),
            changes: panel.clock().changes(),
            zone: panel.zone(),
        }
    }
}

impl PanelClock for PanelTime {
    fn now(&self) -> i64 {
        self.panel.upgrade().map_or(0, |panel| panel.clock().now_millis())
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.changes.clone()
    }

    fn text(&self, second: i64) -> String {
        clock_text(self.zone, second)
    }
}

/// The time of a unix second in a time zone, `HH:MM:SS`, which pictures show.
pub fn clock_text(zone: Zone, second: i64) -> String {
    let stamp = zone.stamp(second).unwrap_or_default();
    stamp.get(11..).unwrap_or_default().to_owned()
}
