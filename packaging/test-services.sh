#!/bin/sh
# Installs what the tests talk to: Postfix and clamd, from Debian's packages. Starts no service, writes no configuration of
# an existing mail set-up. Where it cannot install, it says so loudly; the tests that need the service then skip and say so.
set -u

missing=""
[ -x /usr/sbin/postfix ] || missing="$missing postfix"
[ -x /usr/sbin/clamd ] || missing="$missing clamav-daemon"
[ -z "$missing" ] && exit 0

skip() {
    printf '\n*** SKIPPED: cannot install%s: %s.\n*** Tests against the real servers will be skipped.\n\n' "$missing" "$1" >&2
    exit 0
}

[ "$(id -u)" = 0 ] || skip "not root"
command -v apt-get >/dev/null 2>&1 || skip "no apt-get on this system"
for mta in sendmail.sendmail exim4 opensmtpd; do
    [ -e "/usr/sbin/$mta" ] && skip "another mail server is installed"
done

# A policy that forbids starting services while packages are installed; an existing one is respected.
policy=/usr/sbin/policy-rc.d
made_policy=""
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" && made_policy=yes
fi
trap '[ -n "$made_policy" ] && rm -f "$policy"' EXIT

case "$missing" in
*postfix*)
    if [ -e /etc/postfix/main.cf ]; then
        skip "a Postfix configuration exists without its program"
    fi
    echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections
    ;;
esac
echo "installing$missing for the tests"
export DEBIAN_FRONTEND=noninteractive
apt-get update -q >/dev/null 2>&1
# shellcheck disable=SC2086
if ! output=$(apt-get install -q -y --no-install-recommends $missing 2>&1); then
    printf '%s\n' "$output" | tail -n 20 >&2
    skip "apt-get failed"
fi
