//! The endpoints of the quirk profiles: list them, and replace the active ones.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::control::Control;
use crate::control::members::{Leaf, answer, body, leaves, read};
use crate::control::problem::Problem;
use crate::http::{Request, Response};
use crate::openapi::typed::{any_of_lines, schemas};
use crate::panel::audit::ChangeSource;
use crate::panel::profiles::{DOCS, PROFILES, Profiles};
use crate::panel::settings::SetError;
use crate::spelling::nearest;

/// The chapter on profiles of the page about the control plane.
pub const CHAPTER: &str = "\n## Quirk profiles\n\n\
    `PUT profile` takes `{\"profiles\":[\"xui\"]}`, which counts from the next request on; `[]` goes back to the\n\
    documented behaviour. [profiles.md](profiles.md) says what each changes.\n";

/// `GET /_linecard/profile`.
pub async fn show(control: &Control) -> Result<Response, Problem> {
    Ok(shown(control.panel.access().await?.settings.profiles))
}

/// `PUT /_linecard/profile`: a profile that is left out becomes inactive.
pub async fn set(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let WantedProfiles { profiles: names } = read(request)?;
    match control
        .panel
        .set_from(
            ChangeSource::control("profile", Some(request.client)),
            [("profile", names.0.join(","))],
        )
        .await
    {
        Ok(()) => show(control).await,
        Err(SetError::Store(error)) => Err(error.into()),
        Err(SetError::Wrong(wrong)) => Err(Problem::bad_request(wrong, HINT)),
    }
}

/// The active quirk profiles, and all that there are.
#[derive(Serialize, ToSchema)]
pub struct ProfileList {
    active: Vec<&'static str>,
    profiles: Vec<ShownProfile>,
}

/// A quirk profile.
#[derive(Serialize, ToSchema)]
#[schema(as = Profile)]
struct ShownProfile {
    name: &'static str,
    dialect: &'static str,
    doc: &'static str,
}

body! {
    /// The profiles that are active from now on.
    pub struct WantedProfiles {
        profiles: ProfileNames,
    }
}

/// Names of profiles.
#[derive(Debug)]
pub struct ProfileNames(Vec<&'static str>);

const HINT: &str = r#"send {"profiles":["xui"]}, or {"profiles":[]} for none"#;

leaves!(ProfileNames);
schemas! {
    ProfileNames => any_of_lines(&["text[]"], "Names of profiles.");
}

impl Leaf for ProfileNames {
    fn read(value: &Value, name: &str) -> Result<ProfileNames, Problem> {
        let wanted = value.as_array();
        let wanted = wanted.ok_or_else(|| Problem::bad_request(format!("`{name}` is no list"), HINT))?;
        let known: Vec<&str> = [DOCS]
            .into_iter()
            .chain(PROFILES.iter().map(|profile| profile.name))
            .collect();
        let names = wanted.iter().map(|name| {
            let name = name.as_str().unwrap_or_default();
            let found = known.iter().find(|known| **known == name).copied();
            found.ok_or_else(|| {
                let hint = format!("there are {}{}", known.join(", "), nearest(name, &known));
                Problem::bad_request(format!("there is no profile {name:?}"), hint)
            })
        });
        names.collect::<Result<_, _>>().map(ProfileNames)
    }
}

fn shown(profiles: Profiles) -> Response {
    let all = PROFILES.iter().map(|profile| ShownProfile {
        name: profile.name,
        dialect: profile.dialect,
        doc: profile.doc,
    });
    answer(&ProfileList {
        active: profiles.active().map(|profile| profile.name).collect(),
        profiles: all.collect(),
    })
}
