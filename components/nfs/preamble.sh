#!/usr/bin/env bash
# Put before every script that runs on a host: strict mode, progress, one run at a time, packages.
set -euo pipefail
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
# Over SSH a user's PATH often lacks the folders of the programs for administrators.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
# The deployment that started this run may be killed at any moment: go on to the end rather than die while writing to it.
trap '' PIPE

say() { printf '%s\n' "$*" || true; }

# Each argument is a line.
fail() {
  printf '%s\n' "$@" >&2 || true
  exit 1
}

# lock SECONDS: one run at a time on a host: the script of a deployment that was killed may still be at work.
lock() {
  local wait=$1
  exec 9>/run/lock/storage-lab.lock
  # What is started below gets 9>&- where it could stay: a daemon must not hold the lock.
  flock -w "$wait" 9 || fail "Another run of these scripts still held /run/lock/storage-lab.lock after ${wait} s." \
    "Look at its processes with: fuser -v /run/lock/storage-lab.lock"
}

# wait_for LIMIT COMMAND...: until the command succeeds, at most LIMIT seconds.
wait_for() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep 1
  done
}

# Prints debian or rhel.
os_family() {
  local id
  [[ -r /etc/os-release ]] || fail "This host has no /etc/os-release: its kind of Linux cannot be told."
  id=$(sed -nE 's/^ID(_LIKE)?=//p' /etc/os-release | tr '"\n' '  ')
  id=" $id "
  case $id in
    *' debian '* | *' ubuntu '*) echo debian ;;
    *' rhel '* | *' fedora '* | *' centos '*) echo rhel ;;
    *) fail "This host is neither of the Debian nor of the RHEL family (/etc/os-release says:$id)." ;;
  esac
}

# Runs a package manager's command, and again while another one holds its lock. Its output is kept off the connection,
# so that a broken connection cannot stop it halfway.
packages() {
  local end=$((SECONDS + 300)) words
  until words=$("$@" 2>&1 </dev/null 9>&-); do
    if ! grep -qiE 'could not get lock|unable to acquire|(is|was) locked by|another app is currently holding' <<<"$words"; then
      printf '%s\n' "$words" | tail -n 20 >&2
      return 1
    fi
    ((SECONDS < end)) || fail "Another package manager held its lock for 300 s:" "$(tail -n 3 <<<"$words")"
    sleep 2
  done
}

# Was the installation of a Debian package cut off? Its programs are there before it is set up.
half_installed() { [[ $(dpkg-query --show --showformat='${db:Status-Abbrev}' "$1" 2>/dev/null) == i[UFH]* ]]; }

# install_package COMMAND DEBIAN-PACKAGE RHEL-PACKAGE: installs the package when its command is missing.
install_package() {
  local command=$1 family package manager
  if command -v "$command" >/dev/null && ! half_installed "$2"; then return; fi
  family=$(os_family)
  if [[ $family == debian ]]; then
    package=$2
    say "Installing $package"
    if [[ -n $(dpkg --audit) ]]; then
      packages dpkg --configure -a || fail "An interrupted installation could not be finished (dpkg --configure -a)."
    fi
    packages apt-get update || say "apt-get update failed; going on with the package lists of before"
    packages apt-get install -y --no-install-recommends "$package" || fail "apt-get could not install $package."
  else
    package=$3
    say "Installing $package"
    manager=dnf
    command -v dnf >/dev/null || manager=yum
    packages "$manager" install -y "$package" || fail "$manager could not install $package."
  fi
  hash -r
  command -v "$command" >/dev/null || fail "$package is installed, but there is no command $command."
}

# The last line of every script: its argument names what to do.
main() {
  [[ $(id -u) == 0 ]] || fail "This script must run as root."
  # Who only looks is told soon: a check is part of a probe.
  case $1 in check | list | preflight) lock 3 ;; *) lock 300 ;; esac
  "$@"
}
