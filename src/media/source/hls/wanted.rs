//! Segments that are fetched when somebody wants them first (player contract, 18.4): once for any number of viewers, and
//! with one connection for all of a source.
//!
//! A task of its own fetches them, so that a viewer who leaves breaks nothing off, and that what was listed can be had
//! when the source has ended. The task ends with the last segment that can still be wanted.

use std::fmt;
use std::sync::{Arc, Mutex as StdMutex, PoisonError, Weak};

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::Shared;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{Mutex, oneshot};
use url::Url;

use crate::media::source::SourceError;
use crate::media::source::http::{HttpClient, Policy};

/// A segment is not longer, in bytes.
const LARGEST_SEGMENT: usize = 64 << 20;

/// The bytes of a segment as they came, or why there are none.
pub type FetchedParts = Arc<Result<Vec<Bytes>, SourceError>>;

/// A segment that is fetched when it is wanted first.
pub struct WantedSegment {
    url: Url,
    wants: UnboundedSender<Want>,
    /// What comes, since it was wanted.
    fetched: StdMutex<Option<Shared<oneshot::Receiver<FetchedParts>>>>,
}

/// A segment that is to be fetched, and for whom.
struct Want {
    url: Url,
    answer: oneshot::Sender<FetchedParts>,
}

/// Makes the segments of a source, which are fetched one after the other.
#[derive(Clone)]
pub struct SegmentFetcher(UnboundedSender<Want>);

impl SegmentFetcher {
    /// Fetches with a source's client as long as the source is there, then with one of its own.
    pub fn new(client: &Arc<Mutex<HttpClient>>, policy: Arc<Policy>) -> Self {
        let (sender, receiver) = unbounded_channel();
        tokio::spawn(fetch_wanted(Arc::downgrade(client), policy, receiver));
        Self(sender)
    }

    /// The segment that this URL has.
    pub fn segment(&self, url: Url) -> WantedSegment {
        WantedSegment {
            url,
            wants: self.0.clone(),
            fetched: StdMutex::default(),
        }
    }
}

impl WantedSegment {
    /// Has it fetched, if nobody has wanted it yet.
    pub fn want(&self) {
        drop(self.fetched());
    }

    /// Its bytes, as soon as they are there; what failed is not tried again.
    ///
    /// # Errors
    /// Why there are none; `None` where nobody fetches any more.
    pub async fn parts(&self) -> Option<FetchedParts> {
        self.fetched().await.ok()
    }

    /// Its bytes, if it was fetched.
    pub fn ready_parts(&self) -> Option<FetchedParts> {
        let fetched = self.lock().clone()?;
        fetched.now_or_never()?.ok()
    }

    fn fetched(&self) -> Shared<oneshot::Receiver<FetchedParts>> {
        let request = || {
            let (answer, fetched) = oneshot::channel();
            // What cannot be sent any more ends the wait for its answer.
            let _ = self.wants.send(Want {
                url: self.url.clone(),
                answer,
            });
            fetched.shared()
        };
        self.lock().get_or_insert_with(request).clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Shared<oneshot::Receiver<FetchedParts>>>> {
        self.fetched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for WantedSegment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Its URL may have credentials.
        let is_wanted = self.lock().is_some();
        let mut shown = formatter.debug_struct("WantedSegment");
        shown.field("is_wanted", &is_wanted).finish_non_exhaustive()
    }
}

/// Fetches what is wanted, until nothing can be wanted any more.
async fn fetch_wanted(client: Weak<Mutex<HttpClient>>, policy: Arc<Policy>, mut wants: UnboundedReceiver<Want>) {
    while let Some(Want { url, answer }) = wants.recv().await {
        let parts = match client.upgrade() {
            Some(client) => parts(&mut *client.lock().await, &url).await,
            // The source is over, and its connection with it.
            None => parts(&mut HttpClient::new(Arc::clone(&policy)), &url).await,
        };
        if let Err(error) = &parts {
            tracing::debug!(%error, "a segment of a source is missing");
        }
        let _ = answer.send(Arc::new(parts));
    }
}

/// The bytes of a segment.
async fn parts(client: &mut HttpClient, url: &Url) -> Result<Vec<Bytes>, SourceError> {
    let mut answer = client.fetch(url.as_str(), &[]).await?.ok()?;
    let (mut parts, mut size) = (Vec::new(), 0);
    while let Some(bytes) = answer.next().await? {
        size += bytes.len();
        if size > LARGEST_SEGMENT {
            return Err(SourceError::TooLarge);
        }
        parts.push(bytes);
    }
    Ok(parts)
}
