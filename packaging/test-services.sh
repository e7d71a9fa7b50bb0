#!/bin/sh
# Installs what the tests talk to: Postfix, clamd, spamd, rspamd, c-icap, Redis, Prometheus, a TLS client, a milter client and strace, from
# Debian's packages, and unpacks Sendmail beside them. Starts no service, writes no configuration of an existing mail set-up, removes no package.
# What it cannot install it names loudly; the tests that need it then skip and say so.
set -u

sh "$(dirname "$0")/test-sendmail.sh"

missing=""
[ -x /usr/sbin/postfix ] || missing="$missing postfix"
[ -x /usr/sbin/clamd ] || missing="$missing clamav-daemon"
[ -x /usr/sbin/spamd ] || missing="$missing spamd"
[ -x /usr/bin/rspamd ] || missing="$missing rspamd"
[ -x /usr/bin/c-icap ] && ls /usr/lib/*/c_icap/virus_scan.so >/dev/null 2>&1 || missing="$missing c-icap libc-icap-mod-virus-scan"
[ -x /usr/bin/strace ] || missing="$missing strace"
[ -x /usr/bin/openssl ] || missing="$missing openssl"
[ -x /usr/bin/m4 ] || missing="$missing m4"
[ -x /usr/bin/miltertest ] || missing="$missing miltertest"
[ -x /usr/bin/promtool ] || missing="$missing prometheus"
[ -x /usr/bin/systemd-analyze ] || missing="$missing systemd"
if [ ! -x /usr/bin/redis-server ] && [ ! -x /usr/bin/valkey-server ]; then missing="$missing redis-server"; fi
# The libraries of the Sendmail that was unpacked.
libraries=$(cd "$(dirname "$0")/.." && pwd)/target/services/sendmail/libraries
if [ -f "$libraries" ]; then
    while read -r library; do
        dpkg -s "$library" >/dev/null 2>&1 || missing="$missing $library"
    done <"$libraries"
fi
[ -z "$missing" ] && exit 0

skip() {
    printf '\n*** SKIPPED: cannot install%s: %s.\n*** Tests against the real servers will be skipped.\n\n' "$1" "$2" >&2
}

[ "$(id -u)" = 0 ] || { skip "$missing" "not root"; exit 0; }
command -v apt-get >/dev/null 2>&1 || { skip "$missing" "no apt-get on this system"; exit 0; }

# Postfix would take the place of another mail server; the others are in nobody's way.
case "$missing" in
*postfix*)
    why=""
    [ -e /usr/sbin/sendmail ] && why="another mail server is installed"
    [ -e /etc/postfix/main.cf ] && why="a Postfix configuration exists without its program"
    if [ -n "$why" ]; then
        skip " postfix" "$why"
        missing=${missing#" postfix"}
        [ -z "$missing" ] && exit 0
    else
        echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections
    fi
    ;;
esac

# A policy that forbids starting services while packages are installed; an existing one is respected. It must not outlive
# this script, however that ends.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    trap 'exit 130' HUP INT TERM
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"
fi

echo "installing$missing for the tests"
export DEBIAN_FRONTEND=noninteractive
apt-get update -q >/dev/null 2>&1
# shellcheck disable=SC2086
if ! output=$(apt-get install -q -y --no-install-recommends --no-remove -o DPkg::Lock::Timeout=300 $missing 2>&1); then
    printf '%s\n' "$output" | tail -n 20 >&2
    skip "$missing" "apt-get failed"
fi
exit 0
