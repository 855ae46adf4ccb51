#!/usr/bin/env bash
# The scripts are joined (script-text.ts): what one sets, another one uses.
# shellcheck disable=SC2034,SC2153,SC2154
# Exports one folder over NFS, or withdraws it. Values: NAME, OWNER, FORMER, EXPORT_PATH, CLIENTS, OPTIONS, CLIENT_OPTIONS,
# FILE_OWNER, MODE, FORCE, CLIENT_WAIT, GENERATION. The folder's export lives in a file of its own,
# /etc/exports.d/NAME.exports, which names its OWNER: PROJECT/STACK/COMPONENT. FORMER: the name that this program gave the
# file before it had owners. CLIENT_OPTIONS: of each client, or empty where all have OPTIONS.

# A run that was cut off between a change and its proof left the exports of before aside.
finish_roll_back() {
  local file owner path former restored=
  for file in "$exports_folder"/.*.old; do
    [[ -e $file ]] || continue
    if is_ours "$file"; then
      restored=$(lines_of "$file")
      restore "$file"
    elif [[ $file == "$old_file" && -z $(path_in "$file") ]]; then
      rm -f "$file"
    fi
  done
  [[ -z $restored ]] || enforce "$restored" "$(noted_lines any)" >/dev/null
  # None of them was in force yet; an empty one lost its text in a power cut.
  for file in "$exports_folder"/.*.new; do
    [[ -s $file && -z $(name_in "$file") ]] || rm -f "$file"
  done
  for file in "$notes_folder"/*.folder; do
    [[ -e $file ]] || continue
    read -r owner path former <"$file" || true
    is_owner "$owner" "$(unescaped "$path")" || continue
    # A folder that was made may be exported by now: it goes away, when empty, only if this run fails too.
    if [[ $former != /* ]]; then restore_folder "$file"; elif [[ $file != "$folder_note" ]]; then mv -f "$file" "$folder_note"; fi
  done
}

# roll_back LINES: those of before go into force again.
roll_back() {
  if [[ -e $old_file ]]; then restore "$old_file"; else rm -f "$exports_file"; fi
  enforce "$1" "$(noted_lines any)" || true
  if [[ -n $1 ]]; then note_lines "$1"; else forget_lines; fi
  [[ ! -e $folder_note ]] || restore_folder "$folder_note"
}

nfsd_runs() { [[ $(cat /proc/fs/nfsd/threads 2>/dev/null || echo 0) -gt 0 ]]; }

# Without it the kernel finds out for no new client what it may mount. NFSv4 alone is also served by the smaller one.
mountd_runs() { grep -qsxE 'rpc\.mountd|nfsv4\.exportd' /proc/[0-9]*/comm; }

server_runs() { nfsd_runs && mountd_runs; }

# Debian's nfs-kernel-server is an alias, for which is-enabled says yes whatever nfs-server is.
unit=nfs-server

start_server() {
  local before state
  # Debian's package enables it by itself; to say it again takes systemd a reload.
  if ! state=$(systemctl is-enabled "$unit" 2>/dev/null); then
    if [[ $state == masked* ]]; then
      say "$unit was masked"
      systemctl unmask --quiet "$unit"
      systemctl unmask --quiet --runtime "$unit"
    fi
    systemctl enable --quiet "$unit"
  fi
  server_runs && return
  say "Starting $unit"
  before=$(table)
  systemctl start "$unit" || fail "$unit did not start:" "$(systemctl status --no-pager --lines=15 "$unit" 2>&1)"
  # The unit of a server whose threads or whose mountd were ended by hand counts as started; a restart would end all mounts.
  nfsd_runs || rpc.nfsd || true
  mountd_runs || systemctl start nfs-mountd || rpc.mountd || true
  # A server that starts exports what is in files, and drops what others have exported by hand.
  put_in "$(without "$before" "$(table)")"
  wait_for 60 server_runs || fail "$unit was started, but after 60 s no nfsd thread or no rpc.mountd runs:" \
    "$(systemctl status --no-pager --lines=15 "$unit" nfs-mountd 2>&1)"
}

# previous_lines FILE: what this export had in force before, by its file, or as noted where that was removed by hand.
previous_lines() {
  if [[ -n $1 ]]; then lines_of "$1"; else noted_lines any; fi
}

# Sets aside what is there and writes the file that is asked for.
write_file() {
  local current=$1
  mkdir -p "$exports_folder"
  rm -f "$old_file"
  if [[ -n $current ]]; then
    cp -p "$current" "$old_file"
    sync "$old_file"
  fi
  render >"$new_file"
  sync "$new_file"
  mv -f "$new_file" "$exports_file"
  # The file under its earlier name.
  [[ -z $current || $current == "$exports_file" ]] || rm -f "$current"
}

apply() {
  local current before previous words errors others
  finish_roll_back
  refuse_foreign_file
  current=$(current_file)
  refuse_foreign_line "$current"
  refuse_same_fsid
  before=$(previous_lines "$current")
  previous=${current:+$(path_in "$current")}
  previous=${previous:-$(unescaped "$(awk 'NF { print $1; exit }' <<<"$before")")}
  [[ -n $previous && $(exported_path "$previous") == "$(exported_path "$EXPORT_PATH")" ]] || refuse_folder
  install_package exportfs nfs-kernel-server nfs-utils
  if [[ -n $previous && $(exported_path "$previous") != "$(exported_path "$EXPORT_PATH")" ]]; then require_idle "$previous"; fi
  start_server

  make_folder
  write_file "$current"
  note_lines "$(noted_lines any; printf '%s\n' "$before"; lines_of "$exports_file")"
  # NFS has no dry run: from here until the comparison below a wrong line is in force.
  words=$(enforce "$(lines_of "$exports_file")" "$(noted_lines any)")
  errors=$(differences; said_of_path "$words")
  # Only now, when the export is known to be accepted.
  [[ -n $errors ]] || errors=$(set_folder 2>&1) || errors=${errors:-"$EXPORT_PATH cannot be given its mode ${MODE:-} and owner ${FILE_OWNER:-}"}
  if [[ -n $errors ]]; then
    words+=$(roll_back "$before")
    fail "The NFS server does not export what was asked; the exports of before are in force again:" "$errors" "$words"
  fi
  note_lines "$(lines_of "$exports_file")"
  rm -f "$old_file" "$folder_note"
  [[ -z $words ]] || say "exportfs said:" "$words"
  others=$(without "$(lines_at "$(listed "$EXPORT_PATH")")" "$(lines_of "$exports_file")" |
    while read -r _ client _; do if is_verbatim "$client"; then echo "$client"; fi; done)
  [[ -z $others ]] || say "It is exported to these too, by hand or by another file, which is left alone:" "$others"
  say "$EXPORT_PATH is exported to $(render | sed -n '3s/^[^ ]* //p'), generation $GENERATION"
}

# Looks without changing anything: is what was applied still so?
check() {
  local errors found
  command -v exportfs >/dev/null || fail "there is no NFS server on this host"
  nfsd_runs || fail "no nfsd thread runs"
  mountd_runs || fail "no rpc.mountd runs, so nobody can mount who has not mounted already"
  errors=$(
    differences
    [[ $(cat "$exports_file" 2>&1) == "$(render)" ]] || echo "$exports_file is not what was written: the export would not be the same after a reboot"
    systemctl is-enabled --quiet "$unit" || echo "$unit is not started when the host boots"
    if ! found=$(stat -L -c '%a and belongs to %U:%G' -- "$EXPORT_PATH" 2>/dev/null); then
      echo "$EXPORT_PATH is not there"
    else
      has_mode || echo "$EXPORT_PATH has mode ${found%% *} instead of $MODE"
      has_owner || echo "$EXPORT_PATH belongs to ${found##* to } instead of $FILE_OWNER"
    fi
  )
  [[ -z $errors ]] || fail "$errors"
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
    notes_file=$notes_folder/$NAME.lines
    return
  done
}

withdraw() {
  local holder lines words left
  finish_roll_back
  follow_cut_off_update
  lines=$(noted_lines)
  if [[ ! -e $exports_file && -z $lines ]]; then
    say "$exports_file is gone already: nothing to withdraw"
    return
  fi
  if [[ -e $exports_file ]]; then
    [[ $(name_in "$exports_file") == "$NAME" ]] || fail "$exports_file was not written by this program: nothing was changed."
    holder=$(owner_in "$exports_file")
    if [[ -n $holder && $holder != "$OWNER" ]]; then
      say "$exports_file is the export of $holder by now: nothing to withdraw"
      return
    fi
    lines+=$'\n'$(lines_of "$exports_file")
  fi
  require_idle "$EXPORT_PATH"
  note_lines "$lines"
  [[ ! -e $exports_file ]] || mv -f "$exports_file" "$old_file"
  words=$(enforce '' "$lines")
  left=$(while read -r path client _; do
    if [[ -n $client ]] && is_verbatim "$client" && holds "$path" "$client" && ! is_shared "$path" "$client"; then echo "$client"; fi
  done <<<"$lines")
  if [[ -n $left ]]; then
    [[ ! -e $old_file ]] || restore "$old_file"
    fail "$EXPORT_PATH could not be withdrawn, it is still exported to:" "$left" "exportfs said:" "$words"
  fi
  forget_lines
  rm -f "$old_file" "$folder_note"
  [[ -z $words ]] || say "exportfs said:" "$words"
  left=$(in_force "$EXPORT_PATH")
  [[ -z $left ]] || say "Others export $EXPORT_PATH too, which is left alone:" "$left"
  say "$EXPORT_PATH is no longer exported by this program; its data and the server stay"
}
