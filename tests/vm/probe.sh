#!/bin/bash
# Runs inside the virtual machine, once after each boot; says what holds and what does not on the serial console.
exec >/dev/ttyS0 2>&1
stage=/opt/stage
key=/etc/alfred/anna
python=/opt/alfred/.venv/bin/python
devops=/run/devops # what the make-believe Azure DevOps says of itself
anna=(alfred --home /var/lib/alfred/anna)
# shellcheck disable=SC2016 # the name is odd on purpose
house='/home/jo/my 100% $house'
disk='/srv/backups of 100% jo'

lately() { journalctl --no-pager -o short-monotonic -n 25 | cut -c1-200; }
holds() { # what, then a command
    local what=$1
    shift
    if "$@"; then echo "PROBE holds: $what"; else echo "PROBE FAILED: $what"; lately; fi
}
eventually() { # seconds, then a command
    local left=$1
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$left" -gt 0 ] || return 1
        left=$((left - 1))
        sleep 1
    done
}
fails() { ! "$@"; }
is() { [ "$1" = "$2" ] || { echo "said $1, not $2"; false; }; }
shown() { systemctl show "$1" --property="$2" --value; }
as_jo() { runuser -u jo -- env HOME=/home/jo XDG_RUNTIME_DIR=/run/user/1000 "$@"; }
jo_shown() { as_jo systemctl --user show "$1" --property="$2" --value; }
answers() { curl -fsS --max-time 5 "http://localhost:$1/api/health" | grep -q ok; }
has_own_user() { [ "$(stat -c %u "/proc/$(shown "$1" MainPID)")" -ge 61184 ]; } # systemd.exec(5), DynamicUser
active() { is "$(shown "$1" ActiveState)" active; }
jo_active() { is "$(jo_shown "$1" ActiveState)" active; }
restarted() { [ "$(shown "$1" NRestarts)" -ge "$2" ] && active "$1"; }
jo_restarted() { [ "$(jo_shown "$1" NRestarts)" -ge "$2" ] && jo_active "$1"; }
start_devops() {
    "$python" -m sandbox azure-devops --household monday >"$devops" &
    eventually 120 test -s "$devops"
}
devops_settings() { # the organisation, and a token that opens it
    "$python" -c 'import json, sys; told = json.load(sys.stdin); print(told["organization_url"], *told["pats"].values())' <"$devops"
}
connects_devops() { # the program, as it is called for a household
    local url pat
    read -r url pat < <(devops_settings)
    "$@" connect azure_devops --set "url=$url" --set "pat=$pat" --no-browser </dev/null
}

first_boot() {
    systemctl --version | head -1
    holds "a household of the system is installed" alfred install --system --name anna
    echo 'ALFRED_WEB__PORT=8421' >$key/environment
    mkdir -p /etc/systemd/system/alfred@anna.service.d
    cat >/etc/systemd/system/alfred@anna.service.d/probe.conf <<UNIT
[Service]
WatchdogSec=12
RestartSec=1
ExecStartPre=/opt/alfred/.venv/bin/python -c "import googleapiclient.discovery, anthropic, ollama, msal, azure.devops.connection, numpy, pypdfium2, pywebpush"
UNIT
    systemctl daemon-reload
    holds "it restarts with its settings, every SDK loading under the hardening" alfred --home /var/lib/alfred/anna restart
    holds "it is active" active alfred@anna
    holds "it answers" answers 8421
    holds "it says where it answers" is "$(shown alfred@anna StatusText)" "Answers at http://127.0.0.1:8421"
    holds "its user is its own" has_own_user alfred@anna
    holds "its data folder is its own" is "$(stat -Lc %a /var/lib/alfred/anna)" 700
    holds "its database is there" test -s /var/lib/alfred/anna/alfred.db
    holds "no key lies in the data folder" test ! -e /var/lib/alfred/anna/master.key
    holds "the vault opens with the key that systemd hands over" "${anna[@]}" pair --token
    "${anna[@]}" status
    holds "a make-believe Azure DevOps is there" start_devops
    holds "it is connected and read" connects_devops "${anna[@]}"
    holds "its library's cache lies in the unit's cache folder" test -s /var/cache/private/alfred/anna/azure-devops/options.json
    systemd-analyze security alfred@anna.service | tail -1

    kill -9 "$(shown alfred@anna MainPID)"
    holds "a killed one is started again" eventually 60 restarted alfred@anna 1
    holds "and answers again" eventually 30 answers 8421
    kill -STOP "$(shown alfred@anna MainPID)"
    holds "one that hangs is started again by the watchdog" eventually 90 restarted alfred@anna 2
    holds "and answers again" eventually 30 answers 8421
    sleep 20
    holds "one that is well is left alone by the watchdog" is "$(shown alfred@anna NRestarts)" 2

    useradd --create-home jo
    loginctl enable-linger jo
    eventually 30 test -S /run/user/1000/bus
    as_jo mkdir -p "$house"
    printf '[web]\nport = 8422\n[backup]\nfolder = "%s"\n' "$disk" | as_jo tee "$house/config.toml" >/dev/null
    install -d -o jo "$disk"
    holds "a household of jo's own is installed, in a folder with an odd name" as_jo alfred --home "$house" install
    unit=$(as_jo ls /home/jo/.config/systemd/user | grep '^alfred.*service$')
    echo "unit $unit"
    holds "it is active" jo_active "$unit"
    holds "it answers" answers 8422
    holds "its database is there" test -s "$house/alfred.db"
    pid=$(jo_shown "$unit" MainPID)
    holds "it may write where its backups go" nsenter -t "$pid" -m touch "$disk/probe"
    holds "it may write nowhere else" fails nsenter -t "$pid" -m touch /srv/probe
    holds "its key is handed over" grep -q LoadCredential "/home/jo/.config/systemd/user/$unit"
    as_jo alfred --home "$house" status
    holds "Azure DevOps is connected and read" connects_devops as_jo alfred --home "$house"
    holds "its library's cache lies in the unit's cache folder" test -s /home/jo/.cache/alfred/azure-devops/options.json
    kill -9 "$(jo_shown "$unit" MainPID)"
    holds "a killed one is started again" eventually 60 jo_restarted "$unit" 1
    holds "and answers again" eventually 30 answers 8422
    as_jo env XDG_RUNTIME_DIR=/run/user/1000 systemd-analyze --user security "$unit" 2>&1 | tail -1
    rm -r /etc/systemd/system/alfred@anna.service.d
    echo second >$stage
    sync
    systemctl reboot
}

second_boot() {
    holds "after a reboot the system's household is back" eventually 300 answers 8421
    holds "after a reboot jo's household is back, nobody logged in" eventually 300 answers 8422
    unit=$(as_jo ls /home/jo/.config/systemd/user | grep '^alfred.*service$')
    holds "it stops as it is told" as_jo alfred --home "$house" stop
    holds "stopped" is "$(jo_shown "$unit" ActiveState)" inactive
    holds "it ended in good order" is "$(jo_shown "$unit" Result)" success
    holds "it starts as it is told" as_jo alfred --home "$house" start
    holds "it answers" eventually 30 answers 8422
    holds "jo's is uninstalled" as_jo alfred --home "$house" uninstall
    holds "no unit is left" is "$(as_jo ls /home/jo/.config/systemd/user | grep -c '^alfred.*service$')" 0
    holds "the data are left" test -s "$house/alfred.db"
    holds "the system's is uninstalled" alfred --home /var/lib/alfred/anna uninstall
    holds "no unit is left" test ! -e /etc/systemd/system/alfred@.service
    holds "nothing runs" is "$(systemctl list-units --all --no-legend 'alfred*' --state=active | wc -l)" 0
    holds "the data are left" test -s /var/lib/private/alfred/anna/alfred.db
    journalctl --no-pager -o cat -p err | tail -5
    echo PROBE-END
    sync
    systemctl poweroff -f
}

echo "PROBE-START $(cat $stage 2>/dev/null || echo first)"
if [ -f $stage ]; then second_boot; else first_boot; fi
