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
  require_inside
  # One process for all: a host may be slow at starting them.
  if [[ -n $MODE ]]; then
    install -d ${OWNER:+-o "${OWNER%%:*}" -g "${OWNER##*:}"} -m "$MODE" -- "${DIRECTORIES[@]}"
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
      elif read -r found_mode found_owner < <(stat -c '%a %U:%G %u:%g' -- "$directory"); then
        [[ -z $MODE || $((8#$found_mode)) == $((8#$MODE)) ]] || echo "$directory has mode $found_mode instead of $MODE"
        [[ -z $OWNER || " $found_owner " == *" $OWNER "* ]] || echo "$directory belongs to ${found_owner% *} instead of $OWNER"
      fi
    done
  )
  [[ -z $errors ]] || fail "$errors"
}

archive() {
  local directory target
  require_inside
  for directory in "${DIRECTORIES[@]}"; do
    [[ -e $directory ]] || continue
    target=$(dirname -- "$directory")/archived-$(basename -- "$directory")-$(date -u +%Y%m%dT%H%M%SZ)
    [[ ! -e $target ]] || fail "$target is there already: $directory was not archived."
    mv -n -- "$directory" "$target"
    say "$directory is now $target"
  done
}
