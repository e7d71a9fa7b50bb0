#!/bin/sh
# Runs as a service in the container. Each line says what was seen to hold; run.sh reads them.
tell() {
    if [ "$2" = 0 ]; then
        echo "ok $1"
    else
        echo "FAILED $1"
        journalctl --no-pager --output cat -u tamis.service | tail -n 15 | sed 's/^/    /'
        systemctl --no-pager status tamis.service | head -n 12 | sed 's/^/    /'
    fi
}

# Waits for a command to succeed, 20 seconds at most.
soon() {
    tries=0
    until eval "$1"; do
        tries=$((tries + 1))
        [ $tries -lt 200 ] || return 1
        sleep 0.1
    done
}

# Whether a milter answers the offer of an MTA at this place, given in the words of Python.
answers() {
    python3 - "$1" <<'P'
import socket, sys
place = sys.argv[1]
kind = socket.AF_UNIX if place.startswith("/") else socket.AF_INET
with socket.socket(kind) as milter:
    milter.settimeout(20)
    milter.connect(place if place.startswith("/") else ("127.0.0.1", int(place)))
    milter.sendall(bytes.fromhex("0000000d4f00000006000001ff001fffff"))
    answer = milter.recv(17)
    milter.sendall(bytes.fromhex("0000000151"))
    sys.exit(0 if answer[4:5] == b"O" else 1)
P
}

main() {
    systemctl show --property MainPID --value tamis.service
}

log() {
    journalctl --no-pager --output cat -u tamis.service
}

systemd-sysusers
systemctl start tamis.socket
tell "the sockets are there" $?
answers /var/spool/postfix/tamis/tamis.sock
tell "the first connection starts the daemon, and is answered" $?
answers 8891
tell "at the other socket too" $?
soon 'systemctl is-active --quiet tamis.service'
tell "the daemon says that it is ready" $?
[ "$(ps -o user= -p "$(main)")" = tamis ]
tell "it runs as the user tamis" $?
log | grep -q 'confined files=true writes=true .*calls=true'
tell "it is confined" $?

systemctl reload tamis.service && soon 'log | grep -q "policy reloaded"'
tell "it reads its policy again" $?

before=$(main)
kill -USR2 "$before"
soon '[ "$(main)" != "$before" ] && [ "$(main)" != 0 ]'
tell "a new process takes over, and systemd knows of it" $?
soon "! [ -d /proc/$before ]" && systemctl is-active --quiet tamis.service && answers 8891
tell "the one before ends, and the service goes on" $?

before=$(main)
kill -KILL "$before"
answers 8891 && [ "$(main)" != "$before" ]
tell "killed, it is started again, and who connects meanwhile is answered" $?

before=$(main)
kill -STOP "$before"
answers /var/spool/postfix/tamis/tamis.sock && [ "$(main)" != "$before" ]
tell "stuck, it is ended by the watchdog and started again, and who connects meanwhile is answered" $?

systemctl stop tamis.service
[ "$(systemctl show --property Result --value tamis.service)" = success ]
tell "it ends when it is told to" $?
answers 8891 && systemctl is-active --quiet tamis.service
tell "the next connection starts it again" $?
systemctl stop tamis.socket tamis.service
! [ -e /var/spool/postfix/tamis/tamis.sock ]
tell "the socket file is gone with the socket unit" $?
echo "done"
systemctl poweroff --force
