//! The gate: Tamis as a filter of an MTA, over the milter protocol.
//!
//! One [`Gate`] for the process, one handler for each connection, one [`Inspection`](crate::inspect::Inspection) for each
//! message. Policy is asked as early as it can answer; whatever fails here ends as "try again later".

mod answer;
mod count;
mod facts;
mod handler;
mod passing;
mod room;
mod route;
mod wish;

pub use handler::Connection;
pub use route::Routes;

use crate::inspect::Site;
use crate::meter::Meters;
use arc_swap::ArcSwap;
use count::Counter;
use std::sync::Arc;
use tamis_milter::{Filter, Wish};
use tamis_rules::Policy;

/// The filter that an MTA talks to.
#[derive(Clone, Debug)]
pub struct Gate {
    site: Arc<Site>,
    policy: Arc<ArcSwap<Policy>>,
    routes: Arc<Routes>,
    meters: Meters,
}

impl Gate {
    /// A gate that judges by the policy that is current when a message begins.
    pub fn new(
        site: Arc<Site>,
        policy: Arc<ArcSwap<Policy>>,
        routes: Routes,
        meters: Meters,
    ) -> Self {
        Gate {
            site,
            policy,
            routes: Arc::new(routes),
            meters,
        }
    }

    /// What counts for a policy.
    fn counter<'a>(&'a self, policy: &'a Policy) -> Counter<'a> {
        Counter {
            meters: &self.meters,
            policy,
        }
    }
}

impl Filter for Gate {
    type Handler = Connection;

    fn wish(&self) -> Wish {
        wish::wish(&self.policy.load())
    }

    fn handler(&self) -> Connection {
        Connection::new(self.clone())
    }
}
