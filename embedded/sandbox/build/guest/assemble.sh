#!/bin/sh
# Turns a plain Debian tree into the root file system of the guests: assemble.sh TREE OVERLAY KUBELITE IMAGE.tar...
# Run it in a mount and process namespace of its own: its mounts and its containerd end with it.
set -eu
root=$1 overlay=$2 kubelite=$3
shift 3

cp -r --no-preserve=mode,ownership "$overlay/." "$root/"
chmod 755 "$root/usr/sbin/lab-init"
install -m 755 "$kubelite" "$root/usr/local/bin/kubelite"
for name in kubelet kube-proxy kubectl; do ln -sf kubelite "$root/usr/local/bin/$name"; done
mkdir -p "$root/usr/lib/modules" "$root/etc/storage-lab" "$root/etc/cni/net.d"
cp -a /usr/lib/uml/modules/. "$root/usr/lib/modules/"

mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
mount --rbind /dev "$root/dev"

# Every host brings keys of its own on its seed disk.
rm -f "$root"/etc/ssh/ssh_host_*
rm -f "$root/etc/fstab" "$root/etc/hostname" "$root/etc/resolv.conf"

# The guest kernel lacks what the nft variant needs.
for name in iptables ip6tables; do
  chroot "$root" update-alternatives --quiet --set "$name" "/usr/sbin/$name-legacy"
done

# What a throw-away host with no console, no clock and no udev of its own has no use for. Starting a process is slow in a
# guest, so every unit costs boot time, and every generator costs it again whenever a package is installed.
chroot "$root" systemctl --quiet set-default multi-user.target
chroot "$root" systemctl --quiet disable containerd.service
chroot "$root" systemctl --quiet mask \
  getty.target console-getty.service systemd-logind.service systemd-user-sessions.service \
  systemd-ask-password-wall.path systemd-ask-password-console.path \
  systemd-update-utmp.service systemd-update-utmp-runlevel.service \
  systemd-random-seed.service systemd-repart.service systemd-firstboot.service systemd-sysusers.service \
  systemd-remount-fs.service systemd-tmpfiles-setup-dev.service kmod-static-nodes.service \
  systemd-pstore.service systemd-binfmt.service proc-sys-fs-binfmt_misc.automount \
  systemd-machine-id-commit.service systemd-journal-flush.service systemd-journald-audit.socket \
  systemd-pcrphase.service systemd-pcrphase-sysinit.service \
  sys-kernel-config.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-fs-fuse-connections.mount \
  dev-hugepages.mount dev-mqueue.mount \
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer
mkdir -p "$root/etc/systemd/system-generators"
for generator in "$root"/lib/systemd/system-generators/*; do
  ln -s /dev/null "$root/etc/systemd/system-generators/${generator##*/}"
done
# D-Bus starts when it is asked for; a module list that is empty needs no program to read it.
rm -f "$root/lib/systemd/system/multi-user.target.wants/dbus.service" "$root/etc/modules-load.d/modules.conf"

echo 'debconf debconf/frontend select Noninteractive' | chroot "$root" debconf-set-selections
chroot "$root" apt-get -qq update

# Images go into containerd's store now: in a guest, each import takes many seconds.
mkdir "$root/tmp/images"
chroot "$root" containerd --log-level warn > "$root/tmp/containerd.log" 2>&1 &
containerd=$!
patience=150
until chroot "$root" ctr version > /dev/null 2>&1; do
  patience=$((patience - 1))
  if [ "$patience" = 0 ] || ! kill -0 "$containerd" 2> /dev/null; then
    echo "containerd does not answer:" >&2
    cat "$root/tmp/containerd.log" >&2
    exit 1
  fi
  sleep 0.2
done
for image in "$@"; do
  cp "$image" "$root/tmp/images/image.tar"
  chroot "$root" ctr --namespace k8s.io images import /tmp/images/image.tar
done
kill "$containerd"
wait "$containerd" || true
