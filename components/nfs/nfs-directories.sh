#!/usr/bin/env bash
# Makes directories below an export, or archives them. Values: EXPORT_PATH, DIRECTORIES, OWNER, MODE, GENERATION. Without
# OWNER or MODE that of a directory which exists is left alone.

# Refuses a directory that a symbolic link leads out of the export.
require_inside() {
  local root directory
  [[ -d $EXPORT_PATH ]] || fail "$EXPORT_PATH is not a directory on this host: export it first."
  root=$(realpath -- "$EXPORT_PATH")
  while IFS= read -r directory; do
    [[ $directory == "$root"/* ]] || fail "A symbolic link leads out of $EXPORT_PATH, to $directory: nothing was changed."
  done < <(realpath -m -- "${DIRECTORIES[@]}")
}

apply() {
  if ((${#DIRECTORIES[@]} == 0)); then
    say "No directories are asked for below $EXPORT_PATH"
    return
  fi
  require_inside
  # One process for all: a host may be slow at starting them.
  if [[ -n $MODE ]]; then
    # With five digits or more the mode also takes away the bits for set-user-ID and set-group-ID.
    install -d ${OWNER:+-o "${OWNER%%:*}" -g "${OWNER##*:}"} -m "00$MODE" -- "${DIRECTORIES[@]}"
  else
    # In contrast to install it changes no directory that exists.
    (umask 022 && mkdir -p -- "${DIRECTORIES[@]}")
    [[ -z $OWNER ]] || chown -- "$OWNER" "${DIRECTORIES[@]}"
  fi
  say "${#DIRECTORIES[@]} directories below $EXPORT_PATH${MODE:+, mode $MODE}${OWNER:+, owner $OWNER}, generation $GENERATION"
}

# Looks without changing anything: is what was applied still so?
check() {
  local errors
  errors=$(
    for directory in "${DIRECTORIES[@]}"; do
      if [[ ! -d $directory ]]; then
        echo "$directory is not there"
      elif read -r found_mode user group uid gid < <(stat -c '%a %U %G %u %g' -- "$directory"); then
        [[ -z $MODE || $((8#$found_mode)) == $((8#$MODE)) ]] || echo "$directory has mode $found_mode instead of $MODE"
        case $OWNER in
          '' | "$user:$group" | "$uid:$gid" | "$user:$gid" | "$uid:$group") ;;
          *) echo "$directory belongs to $user:$group instead of $OWNER" ;;
        esac
      fi
    done
  )
  [[ -z $errors ]] || fail "$errors"
}

archive() {
  local directory target
  ((${#DIRECTORIES[@]} > 0)) || return 0
  require_inside
  for directory in "${DIRECTORIES[@]}"; do
    [[ -e $directory ]] || continue
    target=$(dirname -- "$directory")/archived-$(basename -- "$directory")-$(date -u +%Y%m%dT%H%M%SZ)
    [[ ! -e $target ]] || fail "$target is there already: $directory was not archived."
    mv -n -- "$directory" "$target"
    say "$directory is now $target"
  done
}
