//! Access to the control plane: its own socket if it has one, its token, and whether other machines reach it.

use std::net::{SocketAddr, TcpListener};

use super::address::take;
use super::error::StartError;
use crate::config::Config;
use crate::control::faults::Faults;
use crate::dialects::Dialects;
use crate::http::app_state::Exposure;
use crate::panel::rng::{HEX, Rng};

/// The target of the log line with a token that was made. Nobody can call the control plane without it, so it is shown
/// at every level of the log, although it is no error.
pub const TOKEN_TARGET: &str = "linecard::control_token";

/// The control plane of a server that does not answer yet.
pub struct ControlListener {
    /// The token that its callers must send, if one is needed.
    pub token: Option<String>,
    /// Its own socket, until the server starts.
    pub own: Option<TcpListener>,
    /// The address of that socket.
    address: Option<SocketAddr>,
    /// The faults that are active from the start.
    pub faults: Faults,
    /// Whether other machines reach it, and the server is not there for tests.
    pub exposed: bool,
}

impl ControlListener {
    /// Binds its own port, if it has one; `address` is the panel's.
    ///
    /// # Errors
    /// [`StartError::Bind`], [`StartError::Rng`].
    pub fn bind(config: &Config, address: SocketAddr, faults: Faults) -> Result<ControlListener, StartError> {
        let own = config.control_bind.as_deref();
        let own = own.map(|bind| take("--control-bind", bind)).transpose()?;
        let (own, own_address) = own.unzip();
        let address = own_address.unwrap_or(address);
        Ok(ControlListener {
            token: token(config, address)?,
            exposed: !address.ip().is_loopback() && !config.test_mode,
            own,
            address: own_address,
            faults,
        })
    }

    /// The same with these dialects, whose words and presets its faults may name.
    pub fn with_dialects(self, dialects: Dialects) -> ControlListener {
        ControlListener {
            faults: self.faults.with_dialects(dialects),
            ..self
        }
    }

    /// The address of its own socket, if it has one.
    pub fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// What the panel's sockets expose.
    pub fn panels_door(&self) -> Exposure {
        match self.address {
            Some(_) => Exposure::Panel,
            None => Exposure::Everything,
        }
    }
}

/// The token of the control plane: none is needed for tests on this machine. A random one never follows from the
/// seed of the panel's credentials.
fn token(config: &Config, address: SocketAddr) -> Result<Option<String>, StartError> {
    let given = config.control_token.clone();
    if given.is_some() || config.test_mode && address.ip().is_loopback() {
        return Ok(given);
    }
    let token = Rng::unpredictable().map_err(StartError::Rng)?.text(HEX, 32);
    tracing::info!(target: TOKEN_TARGET, "the control plane's token is {token}; --control-token sets another");
    Ok(Some(token))
}
