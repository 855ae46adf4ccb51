#!/usr/bin/env bash
# Exports one folder over NFS, or withdraws it. Values: NAME, OWNER, FORMER, EXPORT_PATH, CLIENTS, OPTIONS, MODE, FORCE,
# CLIENT_WAIT, GENERATION. The folder's export lives in a file of its own, /etc/exports.d/NAME.exports, which names its
# OWNER: PROJECT/STACK/COMPONENT. FORMER: the name that this program gave the file before it had owners.
exports_folder=/etc/exports.d
exports_file=$exports_folder/$NAME.exports
# exportfs reads neither hidden files nor names that end otherwise.
new_file=$exports_folder/.$NAME.new
old_file=$exports_folder/.$NAME.old

# declares FILE PATH: does the exports file export that path?
declares() {
  [[ -r $1 ]] || return 1
  sed -e ':join' -e '/\\$/{N;s/\\\n/ /;b join' -e '}' "$1" |
    awk -v path="$2" '
      { sub(/#.*/, ""); name = $1; gsub(/"/, "", name); if (name != "/") sub(/\/+$/, "", name) }
      name == path { found = 1 }
      END { exit !found }'
}

render() {
  local client line=$EXPORT_PATH
  for client in "${CLIENTS[@]}"; do line+=" $client($OPTIONS)"; done
  printf '# storage-lab: export %s. Written by Pulumi; changes made here are lost.\n# owner: %s\n%s\n' "$NAME" "$OWNER" "$line"
}

# What a file that this program wrote says of itself; nothing of any other file.
name_in() { sed -nE '1s/^# storage-lab: export (.+)\. Written by Pulumi; changes made here are lost\.$/\1/p' "$1"; }
owner_in() { sed -n '2s/^# owner: //p' "$1"; }
path_in() { awk '!/^#/ && NF { print $1; exit }' "$1"; }

# Did this very export write the file, be it under an earlier name or path? Another component of the same stack that
# exports the same path is this one before it was renamed.
is_ours() {
  local known_as path
  known_as=$(name_in "$1")
  path=$(path_in "$1")
  [[ -n $known_as && -n $path ]] || return 1
  case $(owner_in "$1") in
    "$OWNER") return 0 ;;
    "${OWNER%/*}"/*) [[ $path == "$EXPORT_PATH" ]] ;;
    '') [[ $known_as == "$NAME" || ($known_as == "$FORMER" && $path == "$EXPORT_PATH") ]] ;;
    *) return 1 ;;
  esac
}

# Prints the file that this export has now, if it has one.
current_file() {
  local file found=()
  for file in "$exports_folder"/*.exports; do
    if [[ -e $file ]] && is_ours "$file"; then found+=("$file"); fi
  done
  ((${#found[@]} < 2)) || fail "Each of these files is this export's, and only one can be: ${found[*]}. Nothing was changed." \
    "Remove the one that is not needed (then: exportfs -ra)."
  printf '%s' "${found[0]:-}"
}

# Prints the first file of somebody else that exports the path.
declared_elsewhere() {
  local file
  for file in /etc/exports "$exports_folder"/*.exports; do
    if [[ $file != "$exports_file" ]] && declares "$file" "$EXPORT_PATH" && ! is_ours "$file"; then
      echo "$file"
      return
    fi
  done
}

# Says whose a file is that this program wrote for somebody else, and what to do when it is this export's all the same.
refuse_other_owner() {
  local known_as holder
  known_as=$(name_in "$1")
  holder=$(owner_in "$1")
  [[ -n $known_as ]] || return 0
  if [[ -z $holder ]]; then
    fail "$1 already exports $EXPORT_PATH: an earlier version wrote it for an NfsServer of the name $known_as. Nothing was changed." \
      "If that was this one, give it that name for one update; otherwise export another path."
  fi
  fail "$1 is the export of $holder (project/stack/component): nothing was changed. Export another path, or destroy that one first." \
    "If it is this stack's and the stack was renamed, take its owner out there and run again: sed -i 2d $1"
}

refuse_foreign_export() {
  local file
  file=$(declared_elsewhere)
  if [[ -n $file ]]; then
    refuse_other_owner "$file"
    fail "$file already exports $EXPORT_PATH, and not by this program: nothing was changed." \
      "Take that line out (then: exportfs -ra), or export another path."
  fi
  if [[ -e $exports_file ]] && ! is_ours "$exports_file"; then
    refuse_other_owner "$exports_file"
    fail "$exports_file is there and was not written by this program: nothing was changed. Remove or rename it."
  fi
}

# belongs_to_system PATH: the rule that refuses such a path by its name (export-path.ts).
belongs_to_system() {
  local trees='bin|boot|dev|etc|lib(32|64|x32)?|proc|root|run|sbin|sys|tmp|usr'
  trees+='|var/(backups|cache|kerberos|lib|lock|log|mail|run|spool|tmp)'
  [[ $1 =~ ^/($trees)(/|$) || $1 =~ ^/(home|opt|var)?$ || $1 =~ ^/home/[^/]+(/\.|$) ]]
}

# A symbolic link may lead where no path may by its name. What this export has exported already stays.
refuse_link_to_system() {
  local real
  real=$(realpath -m -- "$EXPORT_PATH")
  [[ $real != "$EXPORT_PATH" ]] || return 0
  ! belongs_to_system "$real" || fail "$EXPORT_PATH leads to $real, which belongs to the host's system or is a user's home: nothing was changed." \
    "Export a folder of its own, such as /srv/nfs."
}

# What the server really exports, one "PATH CLIENT OPTIONS" a line.
effective_exports() {
  awk -v path="$EXPORT_PATH" '$1 == path { split($2, part, "("); sub(/\)$/, "", part[2]); print $1, part[1], part[2] }' \
    /var/lib/nfs/etab
}

# A network or an address, and no host name: also of letters and digits of a hexadecimal number there are names.
is_address() { [[ $1 == *:* || $1 != *[!0-9./]* ]]; }

# Is exported what was asked for? Prints what differs. A host name is exported under its canonical name, so of names
# only the number is compared.
differences() {
  local effective client line option
  effective=$(effective_exports)
  if [[ $(grep -c . <<<"$effective") != "${#CLIENTS[@]}" ]]; then
    printf 'asked for %s client(s) of %s, exported are:\n%s\n' "${#CLIENTS[@]}" "$EXPORT_PATH" "${effective:-none}"
  fi
  for client in "${CLIENTS[@]}"; do
    is_address "$client" || continue
    if ! line=$(grep -F "$EXPORT_PATH $client " <<<"$effective"); then
      printf '%s is not exported to %s\n' "$EXPORT_PATH" "$client"
      continue
    fi
    for option in ${OPTIONS//,/ }; do
      [[ ,${line##* }, == *",$option,"* ]] || printf '%s: option %s is not in force\n' "$client" "$option"
    done
  done
}

# Makes the kernel export what the files say, and nothing else; a running server is not restarted. Prints what exportfs
# says; its exit code may be about somebody else's export.
re_export() { exportfs -ra 2>&1 || true; }

# Of what exportfs said, the lines about the path: a folder that cannot be exported is in etab all the same.
said_of_path() { grep -F -- " $EXPORT_PATH " <<<"$1" || true; }

# restore BACKUP: what a run set aside goes back under the name that it had, before what that run wrote goes away.
restore() {
  local target written
  target=$exports_folder/$(name_in "$1").exports
  written=${1##*/.}
  written=$exports_folder/${written%.old}.exports
  mv -f "$1" "$target"
  [[ $written == "$target" ]] || rm -f "$written"
}

# A run that was cut off between a change and its proof left the exports of before aside.
finish_roll_back() {
  local file
  for file in "$exports_folder"/.*.old; do
    [[ -e $file ]] || continue
    if is_ours "$file"; then
      restore "$file"
    elif [[ $file == "$old_file" && -z $(path_in "$file") ]]; then
      rm -f "$file"
    fi
  done
  # None of them was in force yet; an empty one lost its text in a power cut.
  for file in "$exports_folder"/.*.new; do
    [[ -s $file && -z $(name_in "$file") ]] || rm -f "$file"
  done
}

roll_back() {
  if [[ -e $old_file ]]; then restore "$old_file"; else rm -f "$exports_file"; fi
  exportfs -ra || true
}

nfsd_runs() { [[ $(cat /proc/fs/nfsd/threads 2>/dev/null || echo 0) -gt 0 ]]; }

start_server() {
  # Debian's nfs-kernel-server is an alias, for which is-enabled says yes whatever nfs-server is.
  local unit=nfs-server
  # Debian's package enables it by itself; to say it again takes systemd a reload.
  systemctl is-enabled --quiet "$unit" || systemctl enable --quiet "$unit"
  nfsd_runs && return
  say "Starting $unit"
  systemctl start "$unit" || fail "$unit did not start:" "$(systemctl status --no-pager --lines=15 "$unit" 2>&1)"
  wait_for 60 nfsd_runs || fail "$unit was started, but no nfsd thread runs after 60 s:" \
    "$(systemctl status --no-pager --lines=15 "$unit" 2>&1)"
}

apply() {
  local current previous words errors
  finish_roll_back
  refuse_foreign_export
  current=$(current_file)
  previous=${current:+$(path_in "$current")}
  [[ $previous == "$EXPORT_PATH" ]] || refuse_link_to_system
  install_package exportfs nfs-kernel-server nfs-utils
  if [[ -n $previous && $previous != "$EXPORT_PATH" ]]; then require_idle "$previous"; fi

  mkdir -p "$exports_folder"
  [[ -d $EXPORT_PATH ]] || install -d -m 0755 -- "$EXPORT_PATH"
  # With five digits or more chmod also takes away a folder's bits for set-user-ID and set-group-ID.
  [[ -z $MODE ]] || chmod "00$MODE" "$EXPORT_PATH"
  start_server

  rm -f "$old_file"
  if [[ -n $current ]]; then
    cp -p "$current" "$old_file"
    sync "$old_file"
  fi
  render >"$new_file"
  sync "$new_file"
  # NFS has no dry run: from here until the comparison below a wrong line is in force.
  mv -f "$new_file" "$exports_file"
  # The file under its earlier name: exportfs reads the files only now, so the export is never away.
  [[ -z $current || $current == "$exports_file" ]] || rm -f "$current"
  words=$(re_export)
  errors=$(differences; said_of_path "$words")
  if [[ -n $errors ]]; then
    roll_back
    fail "The NFS server does not export what was asked; the exports of before are in force again:" "$errors" "$words"
  fi
  rm -f "$old_file"
  [[ -z $words ]] || say "exportfs said:" "$words"
  say "$EXPORT_PATH is exported to ${CLIENTS[*]} ($OPTIONS), generation $GENERATION"
}

# Looks without changing anything: is what was applied still so?
check() {
  local errors found
  command -v exportfs >/dev/null || fail "there is no NFS server on this host"
  nfsd_runs || fail "no nfsd thread runs"
  errors=$(differences)
  found=$(stat -c %a -- "$EXPORT_PATH" 2>&1) || errors+="${errors:+$'\n'}$EXPORT_PATH is not there"
  [[ -z $MODE || ! $found =~ ^[0-7]+$ || $((8#$found)) == $((8#$MODE)) ]] || errors+="${errors:+$'\n'}$EXPORT_PATH has mode $found instead of $MODE"
  [[ -z $errors ]] || fail "$errors"
}

# NFSv4 clients that hold a lease: the kernel also lists those it only remembers (courtesy, expired, unconfirmed).
v4_clients() {
  local info lease
  lease=$(cat /proc/fs/nfsd/nfsv4leasetime 2>/dev/null || echo 90)
  for info in /proc/fs/nfsd/clients/*/info; do
    [[ -r $info ]] || continue
    awk -v lease="$lease" '
      /^address:/ { address = $2; gsub(/"/, "", address) }
      /^status:/ { status = $2 }
      /^seconds from last renew:/ { idle = $5 }
      END { if (status != "courtesy" && status != "expirable" && status != "unconfirmed" && idle + 0 <= lease) print address " (NFSv4)" }
    ' "$info" 2>/dev/null || true
  done
}

# NFSv3 clients: mountd's list keeps those that left without a word, so one counts while it is also connected.
v3_clients() {
  local host connected
  [[ -r /var/lib/nfs/rmtab ]] || return 0
  connected=$(ss -Htn state established '( sport = :2049 )' 2>/dev/null || true)
  awk -F: -v path="$1" '$2 == path || index($2, path "/") == 1 { print $1 }' /var/lib/nfs/rmtab | sort -u |
    while read -r host; do
      if grep -qwF "$host" <<<"$connected"; then echo "$host (NFSv3)"; fi
    done
}

idle() { [[ -z $(v4_clients; v3_clients "$1") ]]; }

# An export is not taken from under the feet of those who use it. NFSv4 does not tell which export a client uses: any
# client of this server counts.
require_idle() {
  if [[ $FORCE == true ]]; then
    say "force is set: clients of $1 are not looked up"
    return
  fi
  idle "$1" && return
  say "Waiting up to $CLIENT_WAIT s for the clients of $1 to leave:" "$(v4_clients; v3_clients "$1")"
  wait_for "$CLIENT_WAIT" idle "$1" ||
    fail "$1 is still in use after $CLIENT_WAIT s, so its export was not withdrawn:" "$(v4_clients; v3_clients "$1")" \
      "Unmount it there (delete the pods that use it); NFSv4 does not tell which of this server's exports they use." \
      "Or set force to withdraw it all the same."
}

# An update that was cut off after its last step is not in the stack's state, which is why the values are those of before
# it: withdrawn is what is in force.
follow_cut_off_update() {
  local file path
  for file in "$exports_file" "$exports_folder"/*.exports; do
    [[ -e $file && -n $(name_in "$file") && $(owner_in "$file") == "$OWNER" ]] || continue
    NAME=$(name_in "$file")
    path=$(path_in "$file")
    EXPORT_PATH=${path:-$EXPORT_PATH}
    exports_file=$file
    old_file=$exports_folder/.$NAME.old
    return
  done
}

withdraw() {
  local holder words=''
  finish_roll_back
  follow_cut_off_update
  if [[ ! -e $exports_file ]]; then
    say "$exports_file is gone already: nothing to withdraw"
    return
  fi
  [[ $(name_in "$exports_file") == "$NAME" ]] || fail "$exports_file was not written by this program: nothing was changed."
  holder=$(owner_in "$exports_file")
  if [[ -n $holder && $holder != "$OWNER" ]]; then
    say "$exports_file is the export of $holder by now: nothing to withdraw"
    return
  fi
  require_idle "$EXPORT_PATH"
  mv -f "$exports_file" "$old_file"
  if command -v exportfs >/dev/null; then
    words=$(re_export)
    if [[ -n $(effective_exports) && -z $(declared_elsewhere) ]]; then
      roll_back
      fail "$EXPORT_PATH could not be withdrawn; the exports of before are in force again. The server's words:" "$words"
    fi
  fi
  rm -f "$old_file"
  [[ -z $words ]] || say "exportfs said:" "$words"
  say "$EXPORT_PATH is no longer exported; its data and the server stay"
}
