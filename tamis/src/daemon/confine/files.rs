//! Giving up all files and TCP ports but some (Landlock), as far as the kernel knows how to.

use super::places::Places;
use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, LandlockStatus, NetPort, Ruleset, RulesetAttr,
    RulesetCreated, RulesetCreatedAttr, RulesetError, RulesetStatus, Scope, path_beneath_rules,
};

/// The version of Landlock whose rights are given up where the kernel knows them.
const LANDLOCK: ABI = ABI::V6;

/// The version that first knew TCP ports (Linux 6.7).
const KNOWS_PORTS: ABI = ABI::V4;

/// What was given up.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reached {
    pub(super) files: bool,
    pub(super) writes: bool,
    pub(super) ports: bool,
}

/// Gives up all but these places. Whatever goes wrong leaves things as they were.
pub(super) fn confine(places: &Places) -> Reached {
    restrict(places).unwrap_or_default()
}

fn restrict(places: &Places) -> Result<Reached, RulesetError> {
    let mut ruleset = Ruleset::default().handle_access(AccessFs::from_all(LANDLOCK))?;
    if !places.programs.network {
        ruleset = ruleset.handle_access(AccessNet::from_all(LANDLOCK))?;
    }
    let mut scope: BitFlags<Scope> = Scope::Signal.into();
    if !places.abstract_sockets {
        scope |= Scope::AbstractUnixSocket;
    }
    let created = ruleset.scope(scope)?.create()?;
    let mut created = files(created, places)?;
    if !places.programs.network {
        created = ports(created, places)?;
    }
    let status = created.restrict_self()?;
    let writes = status.ruleset != RulesetStatus::NotEnforced;
    let knows_ports = matches!(
        status.landlock,
        LandlockStatus::Available { effective_abi, .. } if effective_abi >= KNOWS_PORTS
    );
    Ok(Reached {
        files: writes && !places.programs.any,
        writes,
        ports: writes && knows_ports && !places.programs.network,
    })
}

fn files(ruleset: RulesetCreated, places: &Places) -> Result<RulesetCreated, RulesetError> {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    ruleset
        .add_rules(path_beneath_rules(&places.read, read))?
        .add_rules(path_beneath_rules(&places.run, read | AccessFs::Execute))?
        .add_rules(path_beneath_rules(&places.keep, kept()))?
        .add_rules(path_beneath_rules(&places.clear, AccessFs::RemoveFile))?
        .add_rules(path_beneath_rules(
            &places.programs.write,
            AccessFs::from_all(LANDLOCK),
        ))?
        .add_rules(path_beneath_rules(
            ["/dev/null"],
            AccessFs::ReadFile | AccessFs::WriteFile,
        ))
}

/// What is done where the daemon keeps things: no program is started there, and nothing made but files and directories.
fn kept() -> BitFlags<AccessFs> {
    AccessFs::ReadFile
        | AccessFs::WriteFile
        | AccessFs::ReadDir
        | AccessFs::RemoveDir
        | AccessFs::RemoveFile
        | AccessFs::MakeDir
        | AccessFs::MakeReg
        | AccessFs::Refer
        | AccessFs::Truncate
}

fn ports(ruleset: RulesetCreated, places: &Places) -> Result<RulesetCreated, RulesetError> {
    let rule = |access: AccessNet| move |port: &u16| Ok(NetPort::new(*port, access));
    let bind = places.bind.iter().map(rule(AccessNet::BindTcp));
    let connect = places.connect.iter().map(rule(AccessNet::ConnectTcp));
    ruleset.add_rules(bind)?.add_rules(connect)
}
