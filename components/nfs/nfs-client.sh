#!/usr/bin/env bash
# Installs the NFS client and proves it: mounts, writes, mounts again, reads, compares. Values: SERVER, EXPORT_PATH,
# REVISION, GENERATION, MUST_WRITE. MOUNT_SERVER: SERVER as mount wants it, an IPv6 address in brackets. Optional:
# MOUNT_OPTIONS that volumes without options of their own have, and OPTION_SETS, an array of "OPTIONS USED BY".
mount_point=
probe_file=
proven="mounted, written, read and unmounted"

clean_up() {
  [[ -n $mount_point ]] || return 0
  if mountpoint -q "$mount_point"; then
    rm -f -- "$probe_file" 2>/dev/null || true
    umount "$mount_point" 2>/dev/null || umount -l "$mount_point" || true
  fi
  rmdir -- "$mount_point" 2>/dev/null || true
}

# require_reachable SECONDS
require_reachable() {
  local words
  # shellcheck disable=SC2016 # the inner shell expands $1
  words=$(timeout "$1" bash -c 'exec 3<>"/dev/tcp/$1/2049"' probe "$SERVER" 2>&1) && return
  case $words in
    *'Connection refused'*) fail "$SERVER refused port 2049: the NFS server does not run there, or a firewall rejects it." ;;
    *'No route to host'* | *'Network is unreachable'*)
      fail "There is no route from this host to $SERVER (or it is down): $(ip route get "$SERVER" 2>&1 || true)" ;;
    *'not known'* | *'Temporary failure in name resolution'*) fail "This host cannot resolve the name $SERVER." ;;
    '') fail "$SERVER did not answer on port 2049 within $1 s: it is down, or a firewall drops the packets." ;;
    *) fail "Port 2049 of $SERVER cannot be reached:" "$words" ;;
  esac
}

# An answer within a minute; what the volumes have comes later, and so counts.
bounded=soft,timeo=100,retrans=2,retry=0

# mount_export OPTIONS [USED_BY]
mount_export() {
  local options=$1 used_by=${2-} words cause
  words=$(timeout 60 mount -t nfs -o "$bounded${options:+,$options}" "$MOUNT_SERVER:$EXPORT_PATH" "$mount_point" 2>&1 9>&-) && return
  cause=$(mount_cause "${words:-timed out}" "$options")
  # The server's words for an export that it does not have and for one that this host may not have are often the same.
  case $cause in
    'Access denied'* | *' exports no '*)
      if ! exported; then
        cause="$SERVER exports no $EXPORT_PATH"
      elif [[ $cause != 'Access denied'* ]]; then
        cause=$(mount_cause 'access denied')
      fi
      cause+=". Addresses of this host: $(hostname -I 2>/dev/null || hostname)"
      ;;
  esac
  [[ -z $used_by ]] || cause="With the mount options of $used_by: $cause"
  fail "$cause:" "$words"
}

# Does the server say that it exports the path, or a folder around it? One that does not answer may.
exported() {
  local exports
  exports=$(timeout 15 showmount --no-headers -e "$SERVER" 2>/dev/null) || return 0
  # A line is the path as it is, and then its clients without a blank.
  awk -v path="$EXPORT_PATH" '{ sub(/ +[^ ]+$/, "") } $0 == "/" || index(path "/", $0 "/") == 1 { found = 1 } END { exit !found }' <<<"$exports"
}

# Only told, as the course does it: a server that speaks NFSv4 alone answers neither, and mounts all the same.
tell_services() {
  say "rpcinfo -p $SERVER: $(timeout 15 rpcinfo -p "$SERVER" 2>/dev/null | awk '$5 == "nfs" { print "nfs v" $2 "/" $3 }' | sort -u | paste -sd' ' - || true)"
  say "showmount -e $SERVER: $(timeout 15 showmount --no-headers -e "$SERVER" 2>/dev/null | paste -sd';' - || true)"
}

write_and_read() {
  local token words
  token=$(cat /proc/sys/kernel/random/uuid)
  probe_file=$mount_point/.storage-lab-probe-$token
  mount_export "${MOUNT_OPTIONS-}"
  if ! words=$( (printf '%s\n' "$token" >"$probe_file" && sync "$probe_file") 2>&1); then
    if [[ $MUST_WRITE != true ]] && grep -qE 'Read-only file system|Permission denied' <<<"$words"; then
      # As safe exports are: what the pods may do is decided by their users and the directories' owners.
      proven="mounted and unmounted; root of this host may not write there (${words##*: })"
      return
    fi
    case $words in
      *'Read-only file system'*) fail "$SERVER exports $EXPORT_PATH read-only to this host:" "$words" ;;
      *'Permission denied'*) fail "root of this host may not write to $EXPORT_PATH (root_squash, or the directory's mode):" "$words" ;;
      *) fail "Writing to $MOUNT_SERVER:$EXPORT_PATH failed:" "$words" ;;
    esac
  fi
  # Mounted again, so that the answer is the server's and not this host's cache.
  umount "$mount_point"
  mount_export "${MOUNT_OPTIONS-}"
  [[ $(cat "$probe_file") == "$token" ]] || fail "What was written to $MOUNT_SERVER:$EXPORT_PATH was not read back the same."
  # Now, as a mount that comes later may fail, or be read-only.
  rm -f -- "$probe_file" || fail "What was written to $MOUNT_SERVER:$EXPORT_PATH could not be removed."
}

# Mounts with each set of options that some volumes have, as the kubelet will.
mount_each_set() {
  local set
  for set in "${OPTION_SETS[@]}"; do
    umount "$mount_point"
    mount_export "${set%% *}" "${set#* }"
    say "$MOUNT_SERVER:$EXPORT_PATH mounted with $(findmnt -rno OPTIONS "$mount_point" 2>/dev/null || echo "${set%% *}") (${set#* })"
  done
}

apply() {
  trap clean_up EXIT
  install_package mount.nfs nfs-common nfs-utils
  require_reachable 10
  tell_services
  mount_point=$(mktemp -d /run/storage-lab-probe.XXXXXX)
  write_and_read
  [[ -z ${OPTION_SETS+given} ]] || mount_each_set
  say "$MOUNT_SERVER:$EXPORT_PATH $proven (revision $REVISION, generation $GENERATION)"
}

# Looks without changing anything: could a pod's volume be mounted here? To mount it takes too long for a probe.
check() {
  command -v mount.nfs >/dev/null || fail "there is no mount helper for NFS on this host (/sbin/mount.nfs)"
  require_reachable 3
}
