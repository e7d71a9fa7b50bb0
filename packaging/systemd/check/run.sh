#!/bin/sh
# The units under a systemd of their own, in a container over a copy of this system that is thrown away: started, reloaded,
# handed over, killed, stopped. `make systemd`; needs root, and systemd-nspawn (Debian: systemd-container).
set -eu
here=$(dirname "$(readlink -f "$0")")
units=$(dirname "$here")
program=$(readlink -f "$1")

if [ "$(id -u)" != 0 ] || ! command -v systemd-nspawn >/dev/null; then
    echo "*** SKIPPED: the units under systemd: needs root and systemd-nspawn (apt-get install systemd-container)"
    exit 0
fi

place=$(mktemp -d)
leave() {
    umount "$place/root" 2>/dev/null || true
    umount "$place" 2>/dev/null || true
    rmdir "$place" 2>/dev/null || true
}
trap leave EXIT
mount -t tmpfs -o size=1g tmpfs "$place"
mkdir "$place/upper" "$place/work" "$place/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$place/upper,workdir=$place/work" "$place/root"

root=$place/root
cp "$program" "$root/usr/bin/tamis"
cp "$units"/tamis.service "$units"/tamis.socket "$here"/check.service "$here"/check.target "$root/etc/systemd/system/"
mkdir -p "$root/usr/lib/sysusers.d" "$root/etc/tamis" "$root/etc/systemd/system/tamis.service.d"
cp "$units/tamis.sysusers" "$root/usr/lib/sysusers.d/tamis.conf"
cp "$here/inside.sh" "$root/etc/tamis/check.sh"
printf '[metrics]\nlisten = "127.0.0.1:9125"\n' >"$root/etc/tamis/tamis.toml"
# So that nobody waits for half a minute.
printf '[Service]\nWatchdogSec=3\n' >"$root/etc/systemd/system/tamis.service.d/check.conf"

# systemd-nspawn of Debian 12 keeps Landlock from what it runs unless it is told not to.
timeout 180 systemd-nspawn --quiet --directory="$root" --register=no --keep-unit --private-network \
    --system-call-filter="landlock_create_ruleset landlock_add_rule landlock_restrict_self" \
    --boot systemd.unit=check.target systemd.show_status=no </dev/null >"$place/output" 2>&1 || true
grep -a -E '^(ok|FAILED|done|    )' "$place/output" || cat "$place/output"
grep -a -q '^done' "$place/output" && ! grep -a -q '^FAILED' "$place/output"
