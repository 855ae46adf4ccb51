#!/usr/bin/env bash
# Makes directories below an export, or archives them. Values: those of directory-register.sh; ADOPT, those directories that
# are taken over when they are in no register; FILE_OWNER, MODE, GENERATION. Without FILE_OWNER or MODE that of a directory
# which exists is left alone.
# shellcheck disable=SC2154 # directory-register.sh, which is put before it, sets what is in small letters.

# Ends the run with what stands against it, if anything does.
refuse() { [[ -z $1 ]] || fail "$1" "Nothing was changed."; }

# Sets for every folder that another owner's directory lies in, that directory: folder → directory.
declare -A holds=()
find_what_others_hold() {
  local path folder
  for path in "${!owner_of[@]}"; do
    is_ours "$path" && continue
    folder=${path%/*}
    while [[ -n $folder && -z ${holds[$folder]:-} ]]; do
      holds[$folder]=$path
      folder=${folder%/*}
    done
  done
}

# Prints the directory of another owner that a path is, lies in or holds.
foreign_directory() {
  local folder=$1
  while [[ -n $folder ]]; do
    if [[ -n ${owner_of[$folder]:-} ]] && ! is_ours "$folder"; then
      printf '%s' "$folder"
      return
    fi
    folder=${folder%/*}
  done
  printf '%s' "${holds[$1]:-}"
}

# Is the directory taken over although it is in no register?
is_adopted() {
  local path
  [[ $adopts_all == false ]] || return 0
  for path in "${ADOPT[@]}"; do [[ $path != "$1" ]] || return 0; done
  return 1
}

# Prints what is another owner's or nobody's, of all that is asked for.
refusals() {
  local i path shown other
  for i in "${!real[@]}"; do
    path=${real[i]}
    shown=${DIRECTORIES[i]}
    [[ $path == "$shown" || $root != "$EXPORT_PATH" ]] || shown+=" (a link to $path)"
    other=$(foreign_directory "$path")
    if [[ $path != "$root"/* ]]; then
      echo "A symbolic link leads out of $EXPORT_PATH: ${DIRECTORIES[i]} is $path."
    elif [[ -n $other ]]; then
      case $other in
        "$path") ;;
        "$path"/*) shown+=" holds $other, which" ;;
        *) shown+=" lies in $other, which" ;;
      esac
      echo "$shown belongs to ${owner_of[$other]} (project/stack/component): use another name." \
        "If that is this one under an earlier name, hand over what it has, on this host: $(hand_over "${owner_of[$other]}")"
    elif [[ -e $path && ! -d $path ]]; then
      echo "$shown is there already and is not a directory: remove it, or use another name."
    elif [[ -d $path ]] && ! is_ours "$path" && ! is_adopted "${DIRECTORIES[i]}"; then
      echo "$shown is there already and was not made by this program: use another name, or take it over with what is in it," \
        "by adding \"$(name_of "$i")\" to adopt of NfsDirectories (adoptDirectories in the config of a course stack)."
    fi
  done
}

# Prints which directories of ours cannot be told from others, after the search for those that are not at their place.
doubts() {
  local path place
  for path in "${real[@]}"; do
    if ! is_ours "$path" || is_at_its_place "$path"; then continue; fi
    place=$(moved_to "$path")
    if [[ -n $place && -d $path ]] && is_certain "${identity_of[$path]}"; then
      echo "$path was moved to $place, and another directory is in its place. To have its data back: mv $path $path.other && mv $place $path" \
        "- or, to go on with the other one, move $place out of $EXPORT_PATH."
    elif [[ -z $place ]] && export_was_replaced; then
      echo "$path is not what was made, and $root is not the folder that it was: is its disk mounted? If all is as it should be:" \
        "sed -i '\\|^export .* $root\$|d' $register"
    elif [[ -d $path ]]; then
      continue
    elif [[ -n $place ]] && ! is_certain "${identity_of[$path]}"; then
      echo "$path is not there, and may be at $place (the file system does not tell). If so: mv $place $path - if not: mkdir $path"
    elif [[ -z $place && $search_was_cut_off == true ]]; then
      echo "$path is not there, and $search_limit s were not enough to look for it below $EXPORT_PATH. Move it back, or make an empty one: mkdir $path"
    fi
  done
}

# Parents come before what lies in them, and take it along.
bring_back() {
  local path place
  while read -r path; do
    is_at_its_place "$path" && continue
    look "$path"
    is_at_its_place "$path" && continue
    place=$(moved_to "$path")
    if [[ -d $path ]]; then
      say "$path was replaced since it was made: the directory that is there now is used"
    elif [[ -n $place ]]; then
      (umask 022 && mkdir -p -- "${path%/*}")
      mv -n -T -- "$place" "$path"
      look "$path"
      is_at_its_place "$path" || fail "$path is at $place, and could not be moved back."
      say "$path had been moved to $place: it is back, with its data"
    elif ! is_unfinished "$path"; then
      say "$path was not there, nor anywhere else below $EXPORT_PATH: it is made again, empty. The data that was in it is gone from here."
    fi
  done < <(printf '%s\n' "${real[@]}" | sort -u)
}

make() {
  # One process for all: a host may be slow at starting them.
  if [[ -n $MODE ]]; then
    # With five digits or more the mode also takes away the bits for set-user-ID and set-group-ID.
    install -d ${FILE_OWNER:+-o "${FILE_OWNER%%:*}" -g "${FILE_OWNER##*:}"} -m "00$MODE" -- "${real[@]}"
  else
    # In contrast to install it changes no directory that exists.
    (umask 022 && mkdir -p -- "${real[@]}")
    [[ -z $FILE_OWNER ]] || chown -- "$FILE_OWNER" "${real[@]}"
  fi
}

register_all() {
  local path
  register_export
  for path in "${real[@]}"; do
    is_ours "$path" && continue
    [[ ! -d $path ]] || say "$path is registered for $OWNER from now on, with what is in it"
    register_directory "$path"
  done
  write_register
}

search_limit=60
adopts_all=false

apply() {
  local path
  resolve
  [[ -d $root || ${#real[@]} == 0 ]] || fail "$EXPORT_PATH is not a directory on this host: export it first."
  [[ -d $root ]] || return 0
  read_register
  look "$root" "${real[@]}"
  find_what_others_hold
  refuse "$(refusals)"
  search "$search_limit"
  refuse "$(doubts)"
  register_all
  ((${#real[@]} > 0)) || return 0
  bring_back
  make
  look "${real[@]}"
  for path in "${real[@]}"; do register_directory "$path"; done
  write_register
  say "${#real[@]} directories below $EXPORT_PATH${MODE:+, mode $MODE}${FILE_OWNER:+, owner $FILE_OWNER}, generation $GENERATION"
}

# apply for a stack that has them in its state. When that is older than the register, what is there was made by it.
update() {
  read_register
  [[ $owner_is_known == true ]] || adopts_all=true
  apply
}

# Looks without changing anything: is what was applied still so?
check() {
  local errors
  resolve
  read_register
  ((${#real[@]} > 0)) || return 0
  look "${real[@]}"
  # Long enough for an ordinary export, and short enough for a look at everything.
  search 3
  errors=$(for path in "${real[@]}"; do differences "$path"; done)
  [[ -z $errors ]] || fail "$errors"
}

# Prints what differs from what was applied.
differences() {
  local path=$1 place mode user group uid gid
  if ! is_ours "$path"; then
    echo "$path is not registered for $OWNER${owner_of[$path]:+, but for ${owner_of[$path]}}"
  elif ! is_at_its_place "$path"; then
    place=$(moved_to "$path")
    if [[ -d $path ]]; then
      echo "$path was replaced by another directory${place:+; it is at $place}"
    else
      echo "$path is not there${place:+; it is at $place}"
    fi
  fi
  [[ -d $path && -n ${facts_now[$path]:-} ]] || return 0
  IFS=$'\t' read -r mode uid gid user group <<<"${facts_now[$path]}"
  [[ -z $MODE || $((8#$mode)) == $((8#$MODE)) ]] || echo "$path has mode $mode instead of $MODE"
  # A state of before the register hands out checks without this value.
  case ${FILE_OWNER:-} in
    '' | "$user:$group" | "$uid:$gid" | "$user:$gid" | "$uid:$group") ;;
    *) echo "$path belongs to $user:$group instead of $FILE_OWNER" ;;
  esac
}

# Prints a name that nothing has yet.
archive_name() {
  local name count=1
  name=${1%/*}/archived-${1##*/}-$(date -u +%Y%m%dT%H%M%SZ)
  while [[ -e $name || -L $name ]]; do
    count=$((count + 1))
    name=${name%Z*}Z-$count
  done
  printf '%s' "$name"
}

# Renames what is registered for this owner, and forgets it. A run that is cut off goes on with what is left.
archive() {
  local path target
  resolve
  read_register
  look "$root" "${real[@]}"
  if [[ ! -d $root ]] || export_was_replaced; then
    say "$EXPORT_PATH is not the folder that the directories were made in: none is archived"
    return
  fi
  ((${#real[@]} > 0)) || return 0
  # What lies in another one of them goes with it.
  while read -r path; do
    if ! is_ours "$path"; then
      say "$path is not registered for $OWNER${owner_of[$path]:+, but for ${owner_of[$path]}}: it is left as it is"
    elif [[ -e $path ]] && ! is_at_its_place "$path"; then
      say "$path was replaced since it was made: it is left as it is"
    else
      if [[ -e $path ]]; then
        target=$(archive_name "$path")
        mv -n -T -- "$path" "$target"
        [[ ! -e $path ]] || fail "$path could not be renamed to $target."
        say "$path is now $target"
      fi
      forget "$path"
    fi
  done < <(printf '%s\n' "${real[@]}" | sort -u)
  write_register
}
