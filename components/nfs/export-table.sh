#!/usr/bin/env bash
# The scripts are joined (script-text.ts): what one sets, another one uses.
# shellcheck disable=SC2034,SC2153,SC2154
# What the server really exports: the table of exportfs, /var/lib/nfs/etab. Others' exports may be in the table and in no
# file, so nothing here calls exportfs with -a or -r, which drop those: only lines of this export are put in and taken out.
# Values: NAME, OWNER, EXPORT_PATH, CLIENTS, OPTIONS.

# What this export has put into force is noted here, since its file may be removed or changed by hand. Only root reads it.
notes_folder=/var/lib/storage-lab/exports
notes_file=$notes_folder/$NAME.lines

# As the table has it, in which no path is a symbolic link.
exported_path() { realpath -m -- "$1"; }

# The whole table: "PATH CLIENT OPTIONS", a line each.
table() {
  [[ -r /var/lib/nfs/etab ]] || return 0
  awk 'NF > 1 { split($2, part, "("); sub(/\)$/, "", part[2]); print $1, part[1], part[2] }' /var/lib/nfs/etab
}

# in_force PATH: the table's lines of the path, each as "CLIENT OPTIONS".
in_force() { table | awk -v path="$(exported_path "$1")" '$1 == path { print $2, $3 }'; }

# A network or an address, and no host name: also of letters and digits of a hexadecimal number there are names.
is_address() { [[ $1 == *:* || $1 != *[!0-9./]* ]]; }

# A line of a file of this program, for each client: "PATH CLIENT OPTIONS".
lines_of() {
  local path
  path=$(path_in "$1")
  [[ -n $path ]] || return 0
  awk -v path="$(exported_path "$path")" '!/^#/ && NF {
    for (i = 2; i <= NF; i++) { split($i, part, "("); sub(/\)$/, "", part[2]); print path, part[1], part[2] }
    exit
  }' "$1"
}

# noted_lines [any]: the same lines of all that this export may have put into force, if need be under another name.
noted_lines() {
  local file owner path
  for file in "$notes_folder"/*.lines; do
    [[ -e $file ]] || continue
    read -r owner path <"$file" || true
    if [[ $owner == "$OWNER" ]] || { [[ ${1:-} == any ]] && is_owner "$owner" "$path"; }; then tail -n +2 "$file"; fi
  done
}

# note_lines LINES: replaces what is noted.
note_lines() {
  local file owner path
  install -d -m 0700 "${notes_folder%/*}" "$notes_folder"
  printf '%s %s\n%s\n' "$OWNER" "$EXPORT_PATH" "$1" >"$notes_file.new"
  sync "$notes_file.new"
  mv -f "$notes_file.new" "$notes_file"
  # Under an earlier name.
  for file in "$notes_folder"/*.lines; do
    read -r owner path <"$file" || true
    if [[ $file != "$notes_file" ]] && is_owner "$owner" "$path"; then rm -f "$file"; fi
  done
}

forget_lines() {
  note_lines ''
  rm -f "$notes_file"
}

# target PATH CLIENT: as an argument of exportfs, where IPv6 addresses are in brackets.
target() {
  local address=${2%%/*}
  if [[ $2 == *:* ]]; then printf '%s' "[$address]${2#"$address"}:$1"; else printf '%s' "$2:$1"; fi
}

# put_in LINES: prints what exportfs says; its exit code may be about somebody else's export.
put_in() {
  local path client options targets=() last=
  # One process for all clients of the same options: a host may be slow at starting them.
  while read -r path client options; do
    if ((${#targets[@]} > 0)) && [[ $options != "$last" ]]; then
      exportfs -i -o "$last" "${targets[@]}" 2>&1 || true
      targets=()
    fi
    [[ -z $client ]] || targets+=("$(target "$path" "$client")")
    last=$options
  done < <(printf '%s\n' "$1" | sort -s -k3)
  ((${#targets[@]} == 0)) || exportfs -i -o "$last" "${targets[@]}" 2>&1 || true
}

# holds PATH CLIENT: is the client's line in the table? A host name is there under its canonical name, so one may be it.
holds() {
  local client
  while read -r client _; do
    if [[ ${client,,} == "${2,,}" ]]; then return; fi
    if ! is_address "$2" && ! is_address "$client"; then return; fi
  done < <(in_force "$1")
  return 1
}

# Is the client's line of the path declared by a file of somebody else too?
is_shared() {
  local file
  while read -r file; do
    if clients_in "$file" "$1" | grep -qixF -- "$2"; then return; fi
  done < <(other_files)
  return 1
}

# take_out LINES: prints what exportfs says.
take_out() {
  local path client targets=()
  while read -r path client _; do
    if [[ -n $client ]] && holds "$path" "$client" && ! is_shared "$path" "$client"; then
      targets+=("$(target "$path" "$client")")
    fi
  done < <(printf '%s\n' "$1" | sort -u -k1,2)
  ((${#targets[@]} == 0)) || exportfs -u "${targets[@]}" 2>&1 || true
}

# without LINES OTHERS: those of LINES whose path and client are none of OTHERS'.
without() {
  awk '{ key = $1 " " tolower($2) } NR == FNR { known[key] = 1; next } NF && !(key in known)' \
    <(printf '%s\n' "$2") <(printf '%s\n' "$1")
}

names_hosts() {
  local client
  while read -r _ client _; do
    if [[ -n $client ]] && ! is_address "$client"; then return; fi
  done <<<"$1"
  return 1
}

# enforce LINES KNOWN: puts them into force, and takes out the others of KNOWN. Prints what exportfs says.
enforce() {
  local gone
  command -v exportfs >/dev/null || return 0
  gone=$(without "$2" "$1")
  # First, since with the last export of a path the kernel may take the files away from those who have them open.
  put_in "$1"
  take_out "$gone"
  # Another name of a host that stays took its line along.
  if names_hosts "$gone" && names_hosts "$1"; then put_in "$1"; fi
}

# A path that is exported by hand alone is in the table, and in no file.
refuse_foreign_line() {
  local current=$1 lines
  lines=$(in_force "$EXPORT_PATH")
  [[ -n $lines ]] || return 0
  if [[ -n $current && $(path_in "$current") == "$EXPORT_PATH" ]]; then return; fi
  if noted_lines any | grep -qF -- "$(exported_path "$EXPORT_PATH") "; then return; fi
  fail "$EXPORT_PATH is exported already, by hand and in no file: nothing was changed. It is exported to:" "$lines" \
    "Export another path; or, if nobody needs it, take out each of these clients: exportfs -u CLIENT:$(exported_path "$EXPORT_PATH")"
}

# line_of CLIENT LINES: the client's line. An address may be there under a name that the host has.
line_of() {
  local client options
  while read -r client options; do
    if [[ ${client,,} == "${1,,}" ]] || { [[ $1 != */* && -n $client ]] && ! is_address "$client" &&
      getent ahosts "$client" | awk '{ print $1 }' | grep -qixF -- "$1"; }; then
      printf '%s' "$client $options"
      return
    fi
  done <<<"$2"
  return 1
}

# Is exported what was asked for? Prints what differs. Host names are in the table under their canonical names, so of
# names only the number is compared. Clients that were added by hand are others'.
differences() {
  local effective client line option names=0
  effective=$(in_force "$EXPORT_PATH")
  for client in "${CLIENTS[@]}"; do
    if ! is_address "$client"; then
      names=$((names + 1))
    elif ! line=$(line_of "$client" "$effective"); then
      printf '%s is not exported to %s\n' "$EXPORT_PATH" "$client"
    else
      for option in ${OPTIONS//,/ }; do
        [[ ,${line##* }, == *",$option,"* ]] || printf '%s: option %s is not in force\n' "$client" "$option"
      done
    fi
  done
  while read -r client _; do
    if [[ -n $client ]] && ! is_address "$client"; then names=$((names - 1)); fi
  done <<<"$effective"
  ((names <= 0)) || printf '%s is not exported to %s of the hosts named; exported are:\n%s\n' "$EXPORT_PATH" "$names" "${effective:-none}"
}

# Of what exportfs said, the lines about the path: a folder that cannot be exported is in the table all the same.
said_of_path() { grep -F -e " $EXPORT_PATH " -e " $(exported_path "$EXPORT_PATH") " <<<"$1" || true; }
