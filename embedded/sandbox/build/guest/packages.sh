#!/bin/sh
# Hook of mmdebstrap, run with the guest's root folder: leaves the packages that NfsServer, NfsClient and StudentDirectories install as a
# flat repository, /srv/packages, so that apt inside the guest really installs them, without any network.
set -eu
root=$1
repository=$root/srv/packages

mkdir -p "$repository/partial"
chroot "$root" apt-get install --yes --download-only --no-install-recommends \
  -o Dir::Cache::archives=/srv/packages nfs-kernel-server nfs-common rpcbind xfsprogs
rm -rf "$repository/partial" "$repository/lock"

cd "$repository"
for package in *.deb; do
  dpkg-deb --field "$package"
  printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' \
    "$package" "$(stat -c %s "$package")" "$(sha256sum "$package" | cut -d' ' -f1)"
done > Packages
