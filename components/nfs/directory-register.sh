#!/usr/bin/env bash
# Which stack made which directory on this host, in a file that only root reads. Values: OWNER, the PROJECT/STACK/COMPONENT
# that runs this; EXPORT_PATH and DIRECTORIES, its directories below it.
#
# A line of the file is "KIND OWNER IDENTITY PATH", with the real path. KIND is `directory`, or `export` for the folder that
# an owner's directories lie in: an owner with neither has never run a script that knows the register.
# shellcheck disable=SC2034 # The scripts that this is put before use what it finds.
state_folder=/var/lib/storage-lab
register=$state_folder/directories
declare -A owner_of=() identity_of=() export_identity=()
owner_is_known=false

# What is on the host now: identity, and mode, uid, gid, user and group between tabs, of each path that is there.
declare -A identity_now=() facts_now=()
# Where a directory is that is not at its place: identity → path.
declare -A place_of=()
search_was_cut_off=false

read_register() {
  local kind holder identity path
  [[ -e $register ]] || return 0
  while read -r kind holder identity path; do
    [[ $holder != "$OWNER" ]] || owner_is_known=true
    case $kind in
      directory) owner_of[$path]=$holder identity_of[$path]=$identity ;;
      export) export_identity["$holder $path"]=$identity ;;
    esac
  done <"$register"
}

write_register() {
  local key text
  text=$({
    for key in "${!export_identity[@]}"; do echo "export ${key%% *} ${export_identity[$key]} ${key#* }"; done
    for key in "${!owner_of[@]}"; do echo "directory ${owner_of[$key]} ${identity_of[$key]} $key"; done
  } | sort)
  [[ ! -e $register || $text != "$(<"$register")" ]] || return 0
  install -d -m 0700 "$state_folder"
  (umask 077 && printf '%s\n' "$text" >"$register.new")
  sync "$register.new"
  mv -f "$register.new" "$register"
  sync "$state_folder"
}

# Sets `root` and `real`: the real paths of EXPORT_PATH and DIRECTORIES.
resolve() {
  root=$(realpath -m -- "$EXPORT_PATH")
  real=()
  ((${#DIRECTORIES[@]} == 0)) || mapfile -t real < <(realpath -m -- "${DIRECTORIES[@]}")
}

# The name of the i-th directory below the export.
name_of() { printf '%s' "${DIRECTORIES[$1]#"$EXPORT_PATH"/}"; }

# A directory's identity is its inode's number and the time it was made: file systems use the number of a removed directory
# for the next one. The device is not part of it: its number may be another one after the host has booted again.
identity_format='%i@%.9W'

# look PATH...: sets what is on the host now. One process for all: a host may be slow at starting them.
look() {
  local identity mode uid gid user group path
  (($# > 0)) || return 0
  # Names of users, groups and files may have blanks in them, at their ends too, and those of files ends of lines.
  while IFS=$'\t' read -r -d '' identity mode uid gid user group path; do
    identity_now[$path]=$identity
    facts_now[$path]="$mode"$'\t'"$uid"$'\t'"$gid"$'\t'"$user"$'\t'"$group"
  done < <(stat --printf "$identity_format"'\t%a\t%u\t%g\t%U\t%G\t%n\0' -- "$@" 2>/dev/null || true)
}

# register_directory PATH: for this owner, as it is now; or before it is made, so that a run that is cut off leaves none of
# ours unregistered.
register_directory() {
  owner_of[$1]=$OWNER
  identity_of[$1]=${identity_now[$1]:--}
}

register_export() { export_identity["$OWNER $root"]=${identity_now[$root]}; }

forget() { unset "owner_of[$1]" "identity_of[$1]"; }

is_ours() { [[ ${owner_of[$1]:-nobody} == "$OWNER" ]]; }

# The directory was registered before it was made, and the run was cut off.
is_unfinished() { [[ ${identity_of[$1]:-} == - ]]; }

# Is the directory at its place, so far as can be known?
is_at_its_place() { [[ -d $1 ]] && { is_unfinished "$1" || [[ ${identity_now[$1]:-} == "${identity_of[$1]}" ]]; }; }

# Is the export another folder than the one that was registered, as when its disk is not mounted?
export_was_replaced() {
  local before=${export_identity["$OWNER $root"]:-}
  [[ -n $before && $before != "${identity_now[$root]:-}" ]]
}

# Old file systems and tools do not tell when a directory was made: then another one may have the same identity.
is_certain() { [[ ${1#*@} == *[1-9]* ]]; }

# search LIMIT: looks below the export, at most LIMIT seconds, for those of ours that are not at their place.
search() {
  local path identity found=() inodes=()
  for path in "${real[@]}"; do
    if is_ours "$path" && ! is_unfinished "$path" && ! is_at_its_place "$path"; then
      inodes+=(${inodes[@]+-o} -inum "${identity_of[$path]%%@*}")
    fi
  done
  ((${#inodes[@]} > 0)) || return 0
  # The last entry is how the search ended: with 124 at its limit.
  mapfile -d '' -t found < <(
    code=0
    timeout "$1" find "$root" -xdev -mindepth 1 -type d '(' "${inodes[@]}" ')' -print0 2>/dev/null || code=$?
    printf '%s\0' "$code"
  )
  [[ ${found[-1]} != 124 ]] || search_was_cut_off=true
  unset 'found[-1]'
  ((${#found[@]} > 0)) || return 0
  look "${found[@]}"
  for path in "${found[@]}"; do
    identity=${identity_now[$path]:-}
    [[ -z $identity ]] || place_of[$identity]=$path
  done
}

# Where the directory of this place is now, if that is somewhere else.
moved_to() { printf '%s' "${place_of[${identity_of[$1]}]:-}"; }

# How to give what another owner has to this one, on this host.
hand_over() {
  local folder=$state_folder/snapshots command
  command="sed -i 's| ${1//./\\.} | $OWNER |' $register"
  [[ ! -e $folder/${1//\//:} ]] || command+=" && mv -T $folder/${1//\//:} $folder/${OWNER//\//:}"
  echo "$command"
}
