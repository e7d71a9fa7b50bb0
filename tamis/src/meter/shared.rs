//! Meters in a store that several hosts share: Redis or Valkey.
//!
//! One connection, made when it is first needed, serves all charges at once. Whatever goes wrong on it ends it, and the next
//! charge that the circuit lets through makes a new one: so an answer that nobody waits for any more, a store that is still
//! loading or a password that was corrected need no handling of their own.
//!
//! The clocks of the hosts decide in which bucket a charge lies; they should agree to a small part of the shortest window.

use super::circuit::Circuit;
use super::commands::{Answer, Question};
use super::{Charge, Meter, SharedSettings, Unavailable, UnusableStore, Usage};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisError};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// A store and the connection to it.
pub(super) struct Shared {
    client: Client,
    settings: SharedSettings,
    circuit: Circuit,
    /// What is in use; never locked while something is waited for.
    connection: Mutex<Option<MultiplexedConnection>>,
    /// Held by who connects, so that others wait for that and do not connect as well.
    connecting: tokio::sync::Mutex<()>,
}

impl Shared {
    pub(super) fn new(settings: SharedSettings) -> Result<Self, UnusableStore> {
        let client = Client::open(settings.url.expose());
        Ok(Shared {
            client: client.map_err(|error| UnusableStore::BadUrl(error.to_string()))?,
            circuit: Circuit::new(settings.url.to_string()),
            settings,
            connection: Mutex::new(None),
            connecting: tokio::sync::Mutex::new(()),
        })
    }

    /// Charges all windows of a meter in one round trip. Ends within the timeout.
    pub(super) async fn charge(
        &self,
        now: Duration,
        meter: &Meter,
        key: &str,
        charge: Charge<'_>,
    ) -> Result<Usage, Unavailable> {
        if !self.circuit.lets_pass(Instant::now()) {
            return Err(Unavailable::Away);
        }
        let question = Question::new(&self.settings.prefix, now, meter, key, charge);
        let asked = timeout(self.settings.timeout, self.ask(&question)).await;
        let asked = asked.unwrap_or(Err(Unavailable::TimedOut));
        match &asked {
            Ok(_) => self.circuit.worked(),
            Err(reason) => {
                *self.connection() = None;
                self.circuit.failed(Instant::now(), reason);
            }
        }
        asked
    }

    async fn ask(&self, question: &Question) -> Result<Usage, Unavailable> {
        let mut connection = self.connected().await.map_err(|error| failed(&error))?;
        let answer: Answer = question
            .pipeline
            .query_async(&mut connection)
            .await
            .map_err(|error| failed(&error))?;
        let usage = question.usage(&answer);
        usage.ok_or_else(|| Unavailable::Failed("an answer without the numbers".to_owned()))
    }

    async fn connected(&self) -> Result<MultiplexedConnection, RedisError> {
        if let Some(connection) = self.connection().clone() {
            return Ok(connection);
        }
        let _only_one = self.connecting.lock().await;
        if let Some(connection) = self.connection().clone() {
            return Ok(connection);
        }
        let limit = Some(self.settings.timeout);
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(limit)
            .set_response_timeout(limit);
        let connection = self
            .client
            .get_multiplexed_async_connection_with_config(&config)
            .await?;
        *self.connection() = Some(connection.clone());
        Ok(connection)
    }

    fn connection(&self) -> MutexGuard<'_, Option<MultiplexedConnection>> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Without what the client holds, which knows the password.
impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &self.settings;
        f.debug_struct("Shared")
            .field("settings", settings)
            .finish_non_exhaustive()
    }
}

fn failed(error: &RedisError) -> Unavailable {
    if error.is_timeout() {
        Unavailable::TimedOut
    } else {
        Unavailable::Failed(error.to_string())
    }
}
