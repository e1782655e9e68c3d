//! Transitions: resources that become ready later (contract "The fixture", section 5), and when.

use crate::span;
use std::time::Duration;

/// A resource that can become ready later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    /// A stream, created channel or station that was started.
    Stream,
    /// A movie or an episode that was started.
    Movie,
    /// A guide that is reloaded.
    Epg,
}

impl Resource {
    /// All resources.
    pub const ALL: [Resource; 3] = [Resource::Stream, Resource::Movie, Resource::Epg];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Resource::Stream => "stream",
            Resource::Movie => "movie",
            Resource::Epg => "epg",
        }
    }

    /// Finds the resource with this name.
    pub fn named(name: &str) -> Option<Resource> {
        Resource::ALL.into_iter().find(|resource| resource.name() == name)
    }

    /// Returns the name of its becoming ready in the list of due jobs.
    pub fn job(self) -> &'static str {
        match self {
            Resource::Stream => "stream.ready",
            Resource::Movie => "movie.ready",
            Resource::Epg => "epg.ready",
        }
    }
}

/// When a resource is ready after it was started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transition {
    /// At once.
    #[default]
    Immediate,
    /// After this number of seconds of the panel's clock.
    After(u32),
    /// After this number of polls.
    Polls(u32),
}

/// The longest time: a year.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);
/// The most polls.
const MOST: u32 = 1_000_000;

impl Transition {
    /// Parses a time span such as `5s`.
    ///
    /// # Errors
    /// The valid form.
    pub fn after(text: &str) -> Result<Transition, &'static str> {
        // The panel's clock counts whole seconds.
        let whole = |span: &Duration| span.subsec_nanos() == 0 && !span.is_zero();
        let seconds = span::up_to(text, LONGEST).filter(whole);
        let seconds = seconds.and_then(|span| u32::try_from(span.as_secs()).ok());
        seconds
            .map(Transition::After)
            .ok_or("a span of whole seconds, a year at most, such as 5s, 10m or 2h")
    }

    /// Creates a transition from a number of polls.
    ///
    /// # Errors
    /// The valid form.
    pub fn polls(number: Option<u64>) -> Result<Transition, &'static str> {
        let number = number.and_then(|number| u32::try_from(number).ok());
        let number = number.filter(|number| (1..=MOST).contains(number));
        number.map(Transition::Polls).ok_or("a whole number from 1 to 1000000")
    }
}

/// The transition of each resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Transitions([Transition; 3]);

impl Transitions {
    /// Returns the transition of a resource.
    pub fn get(&self, resource: Resource) -> Transition {
        let [stream, movie, epg] = self.0;
        match resource {
            Resource::Stream => stream,
            Resource::Movie => movie,
            Resource::Epg => epg,
        }
    }

    /// Sets the transition of a resource.
    pub fn set(&mut self, resource: Resource, transition: Transition) {
        let [stream, movie, epg] = &mut self.0;
        *match resource {
            Resource::Stream => stream,
            Resource::Movie => movie,
            Resource::Epg => epg,
        } = transition;
    }
}

/// Parses `stream=polls:3`, `movie=after:5s` or `epg=immediate`.
///
/// # Errors
/// One line that continues after the option's name.
pub fn parse(text: &str) -> Result<(Resource, Transition), String> {
    const FORM: &str = "not stream, movie or epg with =immediate, =after:5s or =polls:3";
    let (name, how) = text.split_once('=').ok_or(FORM)?;
    let resource = Resource::named(name).ok_or(FORM)?;
    let transition = match how.split_once(':') {
        None if how == "immediate" => Ok(Transition::Immediate),
        Some(("after", span)) => Transition::after(span).map_err(|must| format!("`after` must be {must}")),
        Some(("polls", number)) => {
            Transition::polls(number.parse().ok()).map_err(|must| format!("`polls` must be {must}"))
        }
        _ => Err(FORM.into()),
    };
    Ok((resource, transition?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transition_is_said_with_its_resource() {
        for (text, expected) in [
            ("stream=immediate", (Resource::Stream, Transition::Immediate)),
            ("movie=after:2m", (Resource::Movie, Transition::After(120))),
            ("epg=polls:3", (Resource::Epg, Transition::Polls(3))),
            ("epg=after:8760h", (Resource::Epg, Transition::After(31_536_000))),
        ] {
            assert_eq!(parse(text), Ok(expected), "{text}");
        }
        let form = "not stream, movie or epg with =immediate, =after:5s or =polls:3";
        let after = "`after` must be a span of whole seconds, a year at most, such as 5s, 10m or 2h";
        let polls = "`polls` must be a whole number from 1 to 1000000";
        for (text, error) in [
            ("", form),
            ("stream", form),
            ("line=polls:3", form),
            ("stream=later", form),
            ("stream=soon:3", form),
            ("stream=immediate:1", form),
            ("stream=after:500ms", after),
            ("stream=after:0s", after),
            ("stream=after:8761h", after),
            ("stream=after:5", after),
            ("stream=polls:0", polls),
            ("stream=polls:-1", polls),
            ("stream=polls:1000001", polls),
            ("stream=polls:99999999999999999999", polls),
        ] {
            assert_eq!(parse(text), Err(error.to_owned()), "{text}");
        }
    }
}
