#!/usr/bin/env bash
# The scripts are joined (script-text.ts): what one sets, another one uses.
# shellcheck disable=SC2034,SC2153,SC2154
# The exported folder itself: whether it may be exported, its mode and its owner. Values: OWNER, EXPORT_PATH, FILE_OWNER, MODE.

# What the folder was before a run changed it, until that run is proven.
folder_note=$notes_folder/$NAME.folder

# belongs_to_system PATH: the rule that refuses such a path by its name (export-path.ts).
belongs_to_system() {
  local trees='bin|boot|dev|etc|lib(32|64|x32)?|proc|root|run|sbin|sys|tmp|usr'
  trees+='|var/(backups|cache|kerberos|lib|lock|log|mail|run|spool|tmp)'
  [[ $1 =~ ^/($trees)(/|$) || $1 =~ ^/(home|opt|var)?$ || $1 =~ ^/home/[^/]+(/\.|$) ]]
}

# Prints the users who can log in, each as "NAME HOME".
login_users() {
  (getent passwd || cat /etc/passwd) |
    awk -F: '$7 !~ /(^|\/)(nologin|false|sync|shutdown|halt)$/ && $6 ~ /^\/./ { print $1, $6 }'
}

# A symbolic link may lead where no path may by its name, and homes may be anywhere. What this export has exported already
# stays.
refuse_folder() {
  local real user home remedy="Export a folder of its own, such as /srv/nfs."
  real=$(realpath -m -- "$EXPORT_PATH")
  if [[ $real != "$EXPORT_PATH" ]] && belongs_to_system "$real"; then
    fail "$EXPORT_PATH leads to $real, which belongs to the host's system or is a user's home: nothing was changed." "$remedy"
  fi
  while read -r user home; do
    home=$(realpath -m -- "$home")
    case $home in
      "$real") fail "$EXPORT_PATH is the home of the user $user: nothing was changed." "$remedy" ;;
      "$real"/*) fail "$EXPORT_PATH holds $home, the home of the user $user: nothing was changed." "$remedy" ;;
    esac
    [[ $real != "$home"/.* ]] ||
      fail "$EXPORT_PATH is a hidden folder in the home of the user $user, where keys and settings are: nothing was changed." "$remedy"
  done < <(login_users)
}

# note_folder FORMER: what a roll-back has to restore; a mode and an owner, or the topmost folder that was made.
note_folder() {
  install -d -m 0700 "${notes_folder%/*}" "$notes_folder"
  printf '%s %s %s\n' "$OWNER" "$(escaped "$EXPORT_PATH")" "$1" >"$folder_note.new"
  sync "$folder_note.new"
  mv -f "$folder_note.new" "$folder_note"
}

make_folder() {
  local made=$EXPORT_PATH
  [[ ! -d $EXPORT_PATH ]] || return 0
  while [[ ! -e $(dirname -- "$made") ]]; do made=$(dirname -- "$made"); done
  note_folder "$(escaped "$made")"
  install -d -m 0755 -- "$EXPORT_PATH"
}

has_mode() { [[ -z $MODE || $((8#$(stat -L -c %a -- "$EXPORT_PATH"))) == $((8#$MODE)) ]]; }

# A state of before this value hands out checks without it.
has_owner() { [[ -z ${FILE_OWNER:-} || " $(stat -L -c '%u:%g %U:%G %u:%G %U:%g' -- "$EXPORT_PATH") " == *" $FILE_OWNER "* ]]; }

set_folder() {
  if has_mode && has_owner; then return; fi
  # What is noted already is from before.
  [[ -e $folder_note ]] || note_folder "$(stat -L -c "%a${FILE_OWNER:+ %u:%g}" -- "$EXPORT_PATH")" || return 1
  has_owner || chown -- "$FILE_OWNER" "$EXPORT_PATH" || return 1
  # With five digits or more chmod also takes away a folder's bits for set-user-ID and set-group-ID.
  has_mode || chmod "00$MODE" -- "$EXPORT_PATH"
}

# restore_folder NOTE: gives the folder its mode and its owner again, or removes what was made and is empty.
restore_folder() {
  local owner path former holder
  read -r owner path former holder <"$1" || true
  path=$(unescaped "$path")
  former=$(unescaped "$former")
  if [[ $former == /* ]]; then
    while [[ $path == "$former" || $path == "$former"/* ]] && rmdir -- "$path" 2>/dev/null; do path=$(dirname -- "$path"); done
  elif [[ -n $former && -d $path ]]; then
    [[ -z $holder ]] || chown -- "$holder" "$path"
    chmod "00$former" -- "$path"
  fi
  rm -f "$1"
}
