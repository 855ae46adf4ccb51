#!/usr/bin/env bash
# The scripts are joined (script-text.ts): what one sets, another one uses.
# shellcheck disable=SC2034,SC2153,SC2154
# Looks, before anything is changed, whether nfs-client.sh can do its work here. Values: that script's.

preflight() {
  local title words address
  title="the mount helper for NFS is installed"
  if command -v mount.nfs >/dev/null && ! half_installed nfs-common; then
    report good "$title"
  elif words=$(os_family 2>&1); then
    report planned "$title" "up installs it"
  else
    report missing "$title" "/sbin/mount.nfs is not there. $words" "Install it by hand, or prove this node by nodePods"
  fi

  title="the kernel has an NFS client"
  if grep -qwE 'nfs4?' /proc/filesystems || modinfo nfsv4 >/dev/null 2>&1; then
    report good "$title"
  else
    report missing "$title" "no module nfs for $(uname -r)$(container_note)" "Load it (modprobe nfs), in a container on its host, or install the kernel's modules"
  fi

  [[ -z $(container_note) ]] ||
    report warning "it is no container" "it is one: mounts may end with \"Operation not permitted\" although the client is there" \
      "Give the container the right to mount NFS, or take hosts"

  title="it has a route to $SERVER"
  address=$(getent ahosts "$SERVER" | awk 'NR == 1 { print $1 }' || true)
  if [[ -z $address ]]; then
    report missing "$title" "the name $SERVER cannot be resolved here" "Give the address that the nodes mount from, or teach this host the name"
    return
  fi
  if ! words=$(ip -o route get "$address" 2>&1) || [[ $words == *unreachable* || $words == *blackhole* || $words == *prohibit* ]]; then
    report missing "$title" "$words" "Set a route, or give the address at which this host reaches the NAS"
    return
  fi
  report good "$title"
  report source "$(sed -nE 's/.* src ([^ ]+).*/\1/p' <<<"$words")"

  title="$SERVER answers on port 2049"
  if words=$(require_reachable 3 2>&1); then report good "$title"; else report unanswered "$title" "$words"; fi
}
