#!/bin/sh
# Unpacks Debian's Sendmail into target/services/sendmail for the tests. It is not installed, since its package and that of Postfix
# exclude each other; nothing outside that directory is written. Where it cannot be had this says so, and the tests skip.
set -u

root=$(cd "$(dirname "$0")/.." && pwd)/target/services
[ -x "$root/sendmail/usr/libexec/sendmail/sendmail" ] && exit 0
if [ -x /usr/libexec/sendmail/sendmail ] && [ -f /usr/share/sendmail/cf/m4/cf.m4 ]; then exit 0; fi

skip() {
    printf '\n*** SKIPPED: cannot unpack Sendmail: %s.\n*** Tests against it will be skipped.\n\n' "$1" >&2
    exit 0
}

command -v apt-get >/dev/null 2>&1 || skip "no apt-get on this system"
command -v dpkg-deb >/dev/null 2>&1 || skip "no dpkg-deb on this system"

echo "unpacking Sendmail for the tests"
# In a directory of its own first, so that nobody finds half of it.
mkdir -p "$root" && work=$(mktemp -d "$root/unpacking.XXXXXX") || skip "cannot write to $root"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM
packages="sendmail-bin sendmail-base sendmail-cf"
# shellcheck disable=SC2086
download() { (cd "$work" && apt-get download -q $packages) >"$work/output" 2>&1; }
if ! download; then
    # The lists may be old, or missing.
    [ "$(id -u)" = 0 ] && apt-get update -q >/dev/null 2>&1
    download || { tail -n 5 "$work/output" >&2; skip "apt-get download failed"; }
fi
for package in "$work"/*.deb; do
    dpkg-deb -x "$package" "$work/root" || skip "dpkg-deb failed"
done
# What its programs are linked with is installed like everything else that the tests need.
for package in "$work"/sendmail-bin_*.deb; do
    dpkg-deb -f "$package" Depends | tr ',' '\n' | sed -n 's/^ *\(lib[^ (|]*\).*/\1/p'
done >"$work/root/libraries"
rm -rf "$root/sendmail"
mv "$work/root" "$root/sendmail" || skip "cannot write to $root"
