#!/usr/bin/env bash
# The scripts are joined (script-text.ts): what one sets, another one uses.
# shellcheck disable=SC2034,SC2153,SC2154
# What the server really exports: the table of exportfs, /var/lib/nfs/etab. Others' exports may be in the table and in no
# file, so nothing here calls exportfs with -a or -r, which drop those: only lines of this export are put in and taken out.
# Values: NAME, OWNER, EXPORT_PATH, CLIENTS, OPTIONS, CLIENT_OPTIONS.

# What this export has put into force is noted here, since its file may be removed or changed by hand. Only root reads it.
notes_folder=/var/lib/storage-lab/exports
notes_file=$notes_folder/$NAME.lines

# No path of the table is a symbolic link.
exported_path() { realpath -m -- "$1"; }

# listed PATH: as the table has it.
listed() { escaped "$(exported_path "$1")"; }

# The whole table: "PATH CLIENT OPTIONS", a line each. In all such lines paths are escaped.
table() {
  [[ -r /var/lib/nfs/etab ]] || return 0
  awk 'NF > 1 { split($2, part, "("); sub(/\)$/, "", part[2]); print $1, part[1], part[2] }' /var/lib/nfs/etab
}

# lines_at LISTED: the table's lines of a path.
lines_at() { table | LISTED=$1 awk '$1 == ENVIRON["LISTED"]'; }

# in_force PATH: the table's lines of the path, each as "CLIENT OPTIONS".
in_force() { lines_at "$(listed "$1")" | awk '{ print $2, $3 }'; }

# Has the table the client as it was written? A network, an address, a wildcard, a netgroup; host names are there under their
# canonical names. Also of letters and digits of a hexadecimal number there are names.
is_verbatim() { [[ $1 == *[]:@*?[]* || $1 != *[!0-9./]* ]]; }

# A line of a file of this program, for each client: "PATH CLIENT OPTIONS".
lines_of() {
  local path
  path=$(path_in "$1")
  [[ -n $path ]] || return 0
  LISTED=$(listed "$path") awk '!/^#/ && NF {
    for (i = 2; i <= NF; i++) { split($i, part, "("); sub(/\)$/, "", part[2]); print ENVIRON["LISTED"], part[1], part[2] }
    exit
  }' "$1"
}

# noted_lines [any]: the same lines of all that this export may have put into force, if need be under another name.
noted_lines() {
  local file owner path
  for file in "$notes_folder"/*.lines; do
    [[ -e $file ]] || continue
    read -r owner path <"$file" || true
    if [[ $owner == "$OWNER" ]] || { [[ ${1:-} == any ]] && is_owner "$owner" "$(unescaped "$path")"; }; then tail -n +2 "$file"; fi
  done
}

# note_lines LINES: replaces what is noted.
note_lines() {
  local file owner path
  install -d -m 0700 "${notes_folder%/*}" "$notes_folder"
  printf '%s %s\n%s\n' "$OWNER" "$(escaped "$EXPORT_PATH")" "$1" >"$notes_file.new"
  sync "$notes_file.new"
  mv -f "$notes_file.new" "$notes_file"
  # Under an earlier name.
  for file in "$notes_folder"/*.lines; do
    read -r owner path <"$file" || true
    if [[ $file != "$notes_file" ]] && is_owner "$owner" "$(unescaped "$path")"; then rm -f "$file"; fi
  done
}

forget_lines() {
  note_lines ''
  rm -f "$notes_file"
}

# target LISTED CLIENT: as an argument of exportfs, where IPv6 addresses are in brackets and nothing is escaped.
target() {
  local path=$1 address=${2%%/*}
  [[ $path != *\\* ]] || path=$(unescaped "$path")
  if [[ $2 == *:* ]]; then printf '%s' "[$address]${2#"$address"}:$path"; else printf '%s' "$2:$path"; fi
}

# put_in LINES: prints what exportfs says; its exit code may be about somebody else's export.
put_in() {
  local i lines path client options targets=() last=
  mapfile -t lines <<<"$1"
  # What is put in comes first in the table, and of two networks that a host is in the first one counts: so the last lines
  # go first. One process for all neighbours of the same options: a host may be slow at starting them.
  for ((i = ${#lines[@]} - 1; i >= 0; i--)); do
    read -r path client options <<<"${lines[i]}"
    [[ -n $client ]] || continue
    if ((${#targets[@]} > 0)) && [[ $options != "$last" ]]; then
      exportfs -i -o "$last" "${targets[@]}" 2>&1 || true
      targets=()
    fi
    targets=("$(target "$path" "$client")" ${targets[@]+"${targets[@]}"})
    last=$options
  done
  ((${#targets[@]} == 0)) || exportfs -i -o "$last" "${targets[@]}" 2>&1 || true
}

# holds LISTED CLIENT: is the client's line in the table? A host name is there under its canonical name, so one may be it.
holds() {
  local client
  while read -r _ client _; do
    if [[ ${client,,} == "${2,,}" ]]; then return; fi
    if ! is_verbatim "$2" && ! is_verbatim "$client"; then return; fi
  done < <(lines_at "$1")
  return 1
}

# is_shared LISTED CLIENT: is the client's line of the path declared by a file of somebody else too?
is_shared() {
  local file path
  path=$(unescaped "$1")
  while read -r file; do
    # shellcheck disable=SC2143 # with -q grep may end before all is written, which is an error of the pipe
    if [[ -n $(clients_in "$file" "$path" | grep -ixF -- "$2") ]]; then return; fi
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
    if [[ -n $client ]] && ! is_verbatim "$client"; then return; fi
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
  if [[ -n $(noted_lines any | LISTED=$(listed "$EXPORT_PATH") awk '$1 == ENVIRON["LISTED"]') ]]; then return; fi
  fail "$EXPORT_PATH is exported already, by hand and in no file: nothing was changed. It is exported to:" "$lines" \
    "Export another path; or, if nobody needs it, take out each of these clients: exportfs -u CLIENT:$(printf %q "$(exported_path "$EXPORT_PATH")")"
}

# The server tells exports by their fsid, and takes a second one with the same number without a word: a client gets either.
refuse_same_fsid() {
  local i options fsid others path
  others=$(without "$(table)" "$(noted_lines any)")
  for i in "${!CLIENTS[@]}"; do
    options=,$(options_of "$i"),
    [[ $options == *,fsid=* ]] || continue
    fsid=${options##*,fsid=}
    fsid=${fsid%%,*}
    path=$(LISTED=$(listed "$EXPORT_PATH") awk -v client="${CLIENTS[i]}" -v option=",fsid=${fsid/#root/0}," \
      '$1 != ENVIRON["LISTED"] && tolower($2) == tolower(client) && index("," $3 ",", option) { print $1; exit }' <<<"$others")
    [[ -z $path ]] || fail "$(unescaped "$path") is exported to ${CLIENTS[i]} with fsid=$fsid already: nothing was changed." \
      "Give $EXPORT_PATH another fsid, or none."
  done
}

# Of what exportfs said, the lines about the path: a folder that cannot be exported is in the table all the same.
said_of_path() { grep -F -e " $EXPORT_PATH " -e " $(exported_path "$EXPORT_PATH") " <<<"$1" || true; }
