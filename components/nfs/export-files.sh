#!/usr/bin/env bash
# The scripts are joined (script-text.ts): what one sets, another one uses.
# shellcheck disable=SC2034,SC2153,SC2154
# The files that declare exports, /etc/exports and /etc/exports.d, and whose each of them is. Values: NAME, OWNER, FORMER,
# EXPORT_PATH, CLIENTS, OPTIONS, CLIENT_OPTIONS.
exports_folder=/etc/exports.d
exports_file=$exports_folder/$NAME.exports
# exportfs reads neither hidden files nor names that end otherwise.
new_file=$exports_folder/.$NAME.new
old_file=$exports_folder/.$NAME.old

# escaped PATH: as files of exports, the server's table and the notes have it, where a blank would end it.
escaped() {
  local text=$1 character
  for character in '\:134' ' :040' $'\t:011' '":042' '#:043'; do
    text=${text//"${character%%:*}"/"\\${character##*:}"}
  done
  printf '%s' "$text"
}

# For awk: unescaped(TEXT), the path that is meant.
awk_unescaped='function unescaped(text,   head, code) {
  while (match(text, /\\[0-7][0-7][0-7]/)) {
    code = substr(text, RSTART + 1, 3)
    head = head substr(text, 1, RSTART - 1) sprintf("%c", substr(code, 1, 1) * 64 + substr(code, 2, 1) * 8 + substr(code, 3, 1))
    text = substr(text, RSTART + 4)
  }
  return head text
}'

unescaped() {
  if [[ $1 == *\\* ]]; then awk "$awk_unescaped"'{ printf "%s", unescaped($0) }' <<<"$1"; else printf '%s' "$1"; fi
}

# clients_in FILE PATH: whom the exports file exports that path to, one a line.
clients_in() {
  [[ -r $1 ]] || return 0
  sed -e ':join' -e '/\\$/{N;s/\\\n/ /;b join' -e '}' "$1" |
    WANTED=$2 awk "$awk_unescaped"'
      # Blanks in quotes belong to a name, and only where a name could begin a "#" begins a comment.
      function plain(line,   i, c, text, quoted) {
        for (i = 1; i <= length(line); i++) {
          c = substr(line, i, 1)
          if (c == "\"") quoted = !quoted
          else if (!quoted && c == "#" && (text == "" || text ~ /[ \t]$/)) break
          else if (quoted && c == " ") text = text "\\040"
          else if (quoted && c == "\t") text = text "\\011"
          else text = text c
        }
        return text
      }
      { $0 = plain($0); name = unescaped($1); if (name != "/") sub(/\/+$/, "", name) }
      NF && name == ENVIRON["WANTED"] {
        if (NF == 1) print "*"
        for (i = 2; i <= NF; i++) if ($i !~ /^-/) { sub(/\(.*/, "", $i); print $i == "" ? "*" : $i }
      }'
}

# options_of INDEX: those of a client.
options_of() { printf '%s' "${CLIENT_OPTIONS[$1]:-$OPTIONS}"; }

render() {
  local i line
  line=$(escaped "$EXPORT_PATH")
  for i in "${!CLIENTS[@]}"; do line+=" ${CLIENTS[i]}($(options_of "$i"))"; done
  printf '# storage-lab: export %s. Written by Pulumi; changes made here are lost.\n# owner: %s\n%s\n' "$NAME" "$OWNER" "$line"
}

# What a file that this program wrote says of itself; nothing of any other file.
name_in() { sed -nE '1s/^# storage-lab: export (.+)\. Written by Pulumi; changes made here are lost\.$/\1/p' "$1"; }
owner_in() { sed -n '2s/^# owner: //p' "$1"; }
path_in() { awk "$awk_unescaped"'!/^#/ && NF { print unescaped($1); exit }' "$1"; }

# Is what this owner exported at this path this very export? Another component of the same stack that exports the same
# path is this one before it was renamed.
is_owner() {
  [[ $1 == "$OWNER" ]] || [[ $1 == "${OWNER%/*}"/* && $2 == "$EXPORT_PATH" ]]
}

# Did this very export write the file, be it under an earlier name or path?
is_ours() {
  local known_as path owner
  known_as=$(name_in "$1")
  path=$(path_in "$1")
  [[ -n $known_as && -n $path ]] || return 1
  owner=$(owner_in "$1")
  if [[ -n $owner ]]; then is_owner "$owner" "$path"; else
    [[ $known_as == "$NAME" || ($known_as == "$FORMER" && $path == "$EXPORT_PATH") ]]
  fi
}

# Prints the file that this export has now, if it has one.
current_file() {
  local file found=()
  for file in "$exports_folder"/*.exports; do
    if [[ -e $file ]] && is_ours "$file"; then found+=("$file"); fi
  done
  ((${#found[@]} < 2)) || fail "Each of these files is this export's, and only one can be: ${found[*]}. Nothing was changed." \
    "Remove the one that is not needed."
  printf '%s' "${found[0]:-}"
}

# Prints the files of others that declare exports, one a line.
other_files() {
  local file
  for file in /etc/exports "$exports_folder"/*.exports; do
    if [[ -e $file && $file != "$exports_file" ]] && ! is_ours "$file"; then echo "$file"; fi
  done
}

# Prints the first file of somebody else that exports the path.
declared_elsewhere() {
  local file
  while read -r file; do
    if [[ -n $(clients_in "$file" "$EXPORT_PATH") ]]; then
      echo "$file"
      return
    fi
  done < <(other_files)
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

refuse_foreign_file() {
  local file
  file=$(declared_elsewhere)
  if [[ -n $file ]]; then
    refuse_other_owner "$file"
    fail "$file already exports $EXPORT_PATH, and not by this program: nothing was changed." \
      "Export another path; or take that line out there and, for each of its clients, out of what is in force:" \
      "exportfs -u CLIENT:$(printf %q "$EXPORT_PATH")"
  fi
  if [[ -e $exports_file ]] && ! is_ours "$exports_file"; then
    refuse_other_owner "$exports_file"
    fail "$exports_file is there and was not written by this program: nothing was changed. Remove or rename it."
  fi
}

# set_aside_name FILE: the name that a run had when it set the file aside.
set_aside_name() {
  local name=${1##*/.}
  printf '%s' "${name%.old}"
}

# restore BACKUP: what a run set aside goes back under the name that it had, before what that run wrote goes away.
restore() {
  local target written
  target=$exports_folder/$(name_in "$1").exports
  written=$exports_folder/$(set_aside_name "$1").exports
  mv -f "$1" "$target"
  [[ $written == "$target" ]] || rm -f "$written"
}
