#!/usr/bin/env bash
# Who uses an export. Open files tell for certain (NFSv4), and mountd's list with a connection does (NFSv3). A client that
# has the export mounted and no file open is not told by the kernel: only its table of file handles shows that some host
# of a client's line used the export. So that table is emptied, which any exportfs does, and watched: what is in use comes
# back. Values: CLIENT_WAIT, FORCE.

# A kubelet asks every mounted volume for its size each minute, and the NFS client keeps attributes for as long.
quiet_time=65

lease_time() { cat /proc/fs/nfsd/nfsv4leasetime 2>/dev/null || echo 90; }

# NFSv4 clients that hold a lease, each as "FOLDER<tab>ADDRESS<tab>NAME": the kernel also lists those it only remembers
# (courtesy, expired, unconfirmed). A kernel before 5.3 lists none, and who is connected may be one.
v4_clients() {
  local info
  if [[ ! -d /proc/fs/nfsd/clients ]]; then
    connected | awk 'NF { print "-\t" $0 "\tconnected" }'
    return
  fi
  for info in /proc/fs/nfsd/clients/*/info; do
    [[ -r $info ]] || continue
    awk -v lease="$(lease_time)" -v folder="${info%/info}" '
      /^address:/ { address = $2; gsub(/"/, "", address); sub(/:[0-9]+$/, "", address); gsub(/[][]/, "", address) }
      /^name:/ { name = $0; sub(/^name: */, "", name); gsub(/"/, "", name) }
      /^status:/ { status = $2 }
      /^seconds from last renew:/ { idle = $5 }
      END {
        if (status != "courtesy" && status != "expirable" && status != "unconfirmed" && idle + 0 <= lease)
          print folder "\t" address "\t" (name == "" ? "NFSv4" : name)
      }' "$info" 2>/dev/null || true
  done
}

# The addresses that are connected to the NFS server, one a line.
connected() {
  ss -Htn state established '( sport = :2049 )' 2>/dev/null |
    awk '{ sub(/:[0-9]+$/, "", $4); gsub(/[][]/, "", $4); sub(/^::ffff:/, "", $4); print $4 }' | sort -u || true
}

# NFSv3 clients: mountd's list keeps those that left without a word, so one counts while it is also connected.
v3_users() {
  local host peers
  [[ -r /var/lib/nfs/rmtab ]] || return 0
  peers=$(connected)
  MOUNTED=$1 awk '{
    # HOST:PATH:COUNT, where an IPv6 host has colons too.
    path = ENVIRON["MOUNTED"]
    sub(/:[^:]*$/, ""); at = index($0, ":/"); host = substr($0, 1, at - 1); mounted = substr($0, at + 1)
    if (mounted == path || index(mounted, path "/") == 1) print host
  }' /var/lib/nfs/rmtab | sort -u |
    while read -r host; do
      if grep -qxF -- "$host" <<<"$peers"; then echo "$host: has it mounted (NFSv3)"; fi
    done
}

# The file systems at the path and mounted below it, as "MAJOR:MINOR MOUNT-POINT", the former as the kernel lists open files.
file_systems() {
  local point device
  # shellcheck disable=SC2154 # export-files.sh sets it.
  MOUNTED=$1 awk "$awk_unescaped"'
    function below(child, parent) { return child == parent || parent == "/" || index(child, parent "/") == 1 }
    { path = ENVIRON["MOUNTED"]; point = unescaped($5) }
    below(path, point) && length(point) >= length(at) { at = point; device = $3 }
    point != path && below(point, path) { print $3, point }
    END { print device, at }' /proc/self/mountinfo |
    while read -r device point; do printf '%02x:%02x %s\n' "${device%:*}" "${device#*:}" "$point"; done
}

# The files of an NFSv4 client's folder that it has open, locked or delegated, as "MAJOR:MINOR INODE".
open_inodes() {
  sed -nE 's/.*superblock: "([0-9a-f]+:[0-9a-f]+):([0-9]+)".*/\1 \2/p' "$1/states" 2>/dev/null | sort -u || true
}

declare -A is_inside=()
# look_for PATH INODE...: notes in is_inside which of these inodes of the path's own file system are below the path.
look_for() {
  local path=$1 inode found tests=() status=0
  shift
  for inode; do
    [[ -n ${is_inside[$inode]:-} ]] || tests+=(-o -inum "$inode")
    is_inside[$inode]=${is_inside[$inode]:-no}
  done
  ((${#tests[@]} > 0)) || return 0
  # One walk for all of them. When it takes too long, the files count.
  found=$(timeout 60 find "$path" -xdev \( "${tests[@]:1}" \) -printf '%i\n' 2>/dev/null) || status=$?
  ((status != 124)) || found=$(printf '%s\n' "${tests[@]}" | grep -x '[0-9]*')
  for inode in $found; do is_inside[$inode]=yes; done
}

# count_open PATH FOLDER: sets count to the number of files below the path that the client has open.
count_open() {
  local path=$1 point device inode here=() states
  count=0
  states=$(open_inodes "$2")
  [[ -n $states ]] || return 0
  while read -r device point; do
    here=()
    while read -r inode; do here+=("$inode"); done < <(awk -v device="$device" '$1 == device { print $2 }' <<<"$states")
    ((${#here[@]} > 0)) || continue
    # A file system that is mounted at the path or below it is the export's as a whole.
    if [[ $point == "$path" || $point == "$path"/* ]]; then
      count=$((count + ${#here[@]}))
    else
      look_for "$path" "${here[@]}"
      for inode in "${here[@]}"; do
        if [[ ${is_inside[$inode]} == yes ]]; then count=$((count + 1)); fi
      done
    fi
  done < <(file_systems "$path")
}

# Prints the line of clients (a network, say, or several that overlap) that the kernel knows the address by.
domain_of() {
  [[ -r /proc/net/rpc/auth.unix.ip/content ]] || return 0
  awk -v wanted="$1" '
    # The table writes IPv6 addresses in full.
    function full(address,   at, n, m, i, text, head, tail) {
      if (address !~ /:/) return address
      at = index(address, "::")
      n = split(at ? substr(address, 1, at - 1) : address, head, ":")
      m = at ? split(substr(address, at + 2), tail, ":") : 0
      for (i = 1; i <= n; i++) text = text ":" substr("0000" head[i], length(head[i]) + 1)
      for (i = n + m; i < 8; i++) text = text ":0000"
      for (i = 1; i <= m; i++) text = text ":" substr("0000" tail[i], length(tail[i]) + 1)
      return substr(text, 2)
    }
    $1 == "nfsd" && full($2) == full(wanted) { print $3 }' /proc/net/rpc/auth.unix.ip/content
}

# may_mount PATH ADDRESS: may this client have the export mounted, as far as the kernel can tell?
may_mount() {
  local domain client
  domain=$(domain_of "$2")
  # Not known at the moment, or known by its address alone.
  [[ -n $domain && $domain != '$'* && $domain != -no-domain- ]] || return 0
  for client in ${domain//,/ }; do
    # shellcheck disable=SC2143 # with -q grep may end before all is written, which is an error of the pipe
    if [[ -n $(in_force "$1" | awk '{ print $1 }' | grep -ixF -- "$client") ]]; then return; fi
  done
  return 1
}

# Prints which line of clients has used the export since the kernel's table was emptied.
used_by() {
  local domain path
  [[ -r /proc/net/rpc/nfsd.fh/content ]] || return 0
  awk "$awk_unescaped"'!/^#/ && NF >= 4 { print $1, unescaped($4) }' /proc/net/rpc/nfsd.fh/content |
    while read -r domain path; do
      # What has an export of its own below is not this one.
      if [[ $path == "$1" ]] || { [[ $path == "$1"/* ]] && [[ -z $(in_force "$path") ]]; }; then echo "$domain"; fi
    done | sort -u
}

# find_users PATH: sets users to who uses the export for certain, and quiet to the NFSv4 clients that may have it mounted.
find_users() {
  local folder address name count
  users=$(v3_users "$1")
  quiet=
  while IFS=$'\t' read -r folder address name; do
    count_open "$1" "$folder"
    if ((count > 0)); then
      users+="${users:+$'\n'}$address ($name): $count open file$( ((count == 1)) || echo s)"
    elif may_mount "$1" "$address"; then
      quiet+="${quiet:+$'\n'}$address ($name)"
    fi
  done < <(v4_clients)
}

# The kernel fills its table again from what is in force.
empty_table() { exportfs -f >/dev/null 2>&1 || true; }

# each_with LINES TEXT: the lines, each with the text behind it.
each_with() { printf '%s\n' "${1//$'\n'/"$2"$'\n'}$2"; }

# An export is not taken from under the feet of those who use it. Clients that only use other exports of this server do
# not count.
require_idle() {
  local path start=$SECONDS last=$SECONDS used='' now users quiet told=''
  if [[ $FORCE == true ]]; then
    say "force is set: clients of $1 are not looked up"
    return
  fi
  path=$(exported_path "$1")
  while true; do
    find_users "$path"
    [[ -n $users$quiet ]] || return 0
    if [[ -z $users && ! -r /proc/net/rpc/nfsd.fh/content ]]; then
      users=$(each_with "$quiet" ": this kernel does not tell which exports it uses")
    elif now=$(used_by "$path") && [[ -n $now || -z $told ]]; then
      # What was used before the table was emptied counts where there is no time to see it again.
      used=$now
      last=$SECONDS
      empty_table
    elif [[ -z $users ]] && ((SECONDS - last >= quiet_time)); then
      return 0
    fi
    ((SECONDS - start < CLIENT_WAIT)) || break
    if [[ -z $told && -n $users ]]; then
      say "Waiting up to $CLIENT_WAIT s for the clients of $1 to leave:" "$users"
    elif [[ -z $told ]]; then
      say "Watching for up to $CLIENT_WAIT s whether these clients still use $1:" "$quiet"
    fi
    told=yes
    sleep 1
  done
  [[ -n $users$used ]] || return 0
  [[ -n $users ]] || users=$(each_with "$quiet" ": may have it mounted, as a host of ${used//$'\n'/ or } used it lately")
  fail "$1 is still in use after $CLIENT_WAIT s, so its export was not withdrawn:" "$users" \
    "Unmount it there (delete the pods that use it), or set force to withdraw it all the same." \
    "A host that has it no longer mounted is known after a wait of $quiet_time s or more (clientWait)."
}
