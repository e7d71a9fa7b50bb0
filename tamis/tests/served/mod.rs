//! The gate inside the test itself, on a port of its own.

use crate::support::PATIENCE;
use std::sync::Arc;
use tamis::gate::{Gate, Routes};
use tamis::inspect::Site;
use tamis::meter::{LocalSettings, Meters};
use tamis_milter::server::{Listener, Settings, serve};
use tamis_rules::Policy;
use tokio::sync::oneshot;

/// A gate that serves on a port of its own until it is dropped.
pub(crate) struct Served {
    /// Where it listens, as an MTA is told.
    pub(crate) address: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Served {
    pub(crate) fn start(site: Site, policy: Policy) -> Served {
        let (tell, told) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let listener =
                    Listener::bind(&"inet:127.0.0.1:0".parse().expect("an address"), None)
                        .await
                        .expect("bound");
                let port = listener.local_address().expect("an address").port();
                tell.send(format!("inet:127.0.0.1:{port}"))
                    .expect("somebody listens");
                let policy = Arc::new(arc_swap::ArcSwap::from_pointee(policy));
                let gate = Arc::new(Gate::new(
                    Arc::new(site),
                    policy,
                    Routes::default(),
                    Meters::local(LocalSettings::default()),
                ));
                let stop = async { drop(stopped.await) };
                serve(vec![listener], gate, Settings::default(), stop).await;
            });
        });
        let address = told.recv_timeout(PATIENCE).expect("the gate listens");
        Served {
            address,
            stop: Some(stop),
            thread: Some(thread),
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
