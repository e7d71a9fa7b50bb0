//! Runs cases: each against a server of its own over a socket, and by laws that hold whatever the MTA does.

use crate::case::Case;
use crate::mta::Mta;
use crate::mta::probe::{Act, Probe};
use crate::script::{Send, Turn, parse, written};
use std::time::Duration;
use tokio::task::JoinSet;

/// Cases that run at one time.
const TOGETHER: usize = 40;

/// Runs all of them and panics with what failed.
pub(crate) async fn run_all(group: &str, cases: Vec<Case>) {
    let count = cases.len();
    let mut failures = Vec::new();
    let mut running = JoinSet::new();
    for case in cases {
        if running.len() == TOGETHER {
            failures.extend(running.join_next().await.and_then(failure));
        }
        running.spawn(run(case));
    }
    while let Some(done) = running.join_next().await {
        failures.extend(failure(done));
    }
    println!("{group}: {count} cases, {} failed", failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn failure(done: Result<Result<(), String>, tokio::task::JoinError>) -> Option<String> {
    match done {
        Ok(Ok(())) => None,
        Ok(Err(failure)) => Some(failure),
        Err(panic) => Some(format!("the runner panicked: {panic}")),
    }
}

async fn run(case: Case) -> Result<(), String> {
    let does = case.does.clone();
    let probe = Probe::scripted(move |line| {
        let found = does.iter().find(|(wanted, _)| *wanted == line);
        found.map_or(Act::Continue, |(_, does)| does.act())
    })
    .wishing(case.wish.clone());
    let server = probe
        .serve_with(|settings| settings.progress = Duration::from_millis(20))
        .await;
    let mut mta = server.mta().await;
    let told = converse(&mut mta, &parse(&case.script)).await;
    told.map_err(|why| format!("{}: {why}", case.name))?;
    // The server closes after the filter heard of it, so the log is complete.
    let seen = probe.seen();
    let connections = 1 + case
        .script
        .split_whitespace()
        .filter(|turn| *turn == "K")
        .count();
    laws(&seen, connections).map_err(|why| format!("{}: {why}: {seen:?}", case.name))?;
    match &case.shows {
        Some(shows) if *shows != seen => Err(format!(
            "{}: the filter should be shown\n  {shows:?}\nand was shown\n  {seen:?}",
            case.name
        )),
        _ => Ok(()),
    }
}

/// Says all turns, then closes and makes sure that nothing more comes.
async fn converse(mta: &mut Mta, turns: &[Turn]) -> Result<(), String> {
    for turn in turns {
        match &turn.send {
            Send::Octets(octets) => drop(mta.raw_or_gone(octets).await),
            Send::Eof => mta.hang_up().await,
        }
        for expected in &turn.expected {
            let heard = hear(mta, expected).await;
            if heard != *expected {
                return Err(format!("{}: expected {expected}, heard {heard}", turn.text));
            }
        }
    }
    mta.hang_up_or_gone().await;
    match mta.hear_or_end().await {
        None => Ok(()),
        Some(packet) => Err(format!("after all came {}", written(&packet))),
    }
}

/// One packet, or as many signs of progress as come.
async fn hear(mta: &mut Mta, expected: &str) -> String {
    let heard = |packet| match packet {
        None => "end".to_owned(),
        Some((letter, _)) if expected == "O" => char::from(letter).to_string(),
        Some(packet) => written(&packet),
    };
    if expected != "p+" {
        return heard(mta.hear_or_end().await);
    }
    let first = heard(mta.hear_or_end().await);
    if first != "p" {
        return first;
    }
    mta.pass_over(b'p').await;
    "p+".to_owned()
}

/// What holds in every case: the filter hears the end of each connection, and never of an abort without a message.
fn laws(seen: &[String], connections: usize) -> Result<(), &'static str> {
    if seen.last().map(String::as_str) != Some("close") {
        return Err("the filter never heard that the connection is over");
    }
    if seen.iter().filter(|line| *line == "close").count() > connections {
        return Err("more ends than connections");
    }
    let mut open = false;
    for line in seen {
        match line.split(' ').next().unwrap_or_default() {
            "abort" if !open => return Err("an abort without a message"),
            "abort" | "close" => open = false,
            "mail" | "rcpt" | "data" | "header" | "eoh" | "body" | "end" => open = true,
            _ => {}
        }
    }
    Ok(())
}
