#!/usr/bin/env bash
# Keeps copies of an owner's directories, and puts them back. Values: those of directory-register.sh; SNAPSHOT, the copy's
# name; REPLACE, whether `save` may replace one of that name. What writes to the directories must be stopped meanwhile.
#
# A copy is a folder snapshots/OWNER/NAME of the state folder, out of every client's reach: `data` holds the directories by
# their names below the export, `info` what `list` prints. Names that begin with a dot are unfinished ones.
# shellcheck disable=SC2154 # directory-register.sh, which is put before it, sets what is in small letters.
snapshots=$state_folder/snapshots/${OWNER//\//:}
copy=$snapshots/$SNAPSHOT
new_copy=$snapshots/.$SNAPSHOT.new
old_copy=$snapshots/.$SNAPSHOT.old

require_name() {
  [[ $SNAPSHOT =~ ^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$ ]] ||
    fail "\"$SNAPSHOT\" is not a name for a snapshot: letters, digits, \"_\", \".\" and \"-\", beginning with a letter or digit."
}

# What runs that were cut off have left: a former copy that was about to be replaced, and unfinished ones.
finish_last_run() {
  local old name
  for old in "$snapshots"/.*.old; do
    [[ -e $old ]] || continue
    name=${old##*/.}
    name=$snapshots/${name%.old}
    if [[ -e $name ]]; then rm -rf -- "$old"; else mv -T -- "$old" "$name"; fi
  done
  rm -rf -- "$snapshots"/.*.new
}

# Only what is registered for this owner, and is the very directory that was made, is read or written. Sets `names`, below
# the export, and `paths` of the directories, without those that lie in another one of them.
require_own() {
  local path errors='' last=none
  resolve
  read_register
  ((${#real[@]} > 0)) || fail "No directory is named."
  look "${real[@]}"
  for path in "${real[@]}"; do
    if ! is_ours "$path"; then
      errors+="$path is not registered for $OWNER${owner_of[$path]:+, but for ${owner_of[$path]}}."$'\n'
    elif [[ ! -d $path ]] || ! is_at_its_place "$path"; then
      errors+="$path is not the directory that was made, or is not there: make it again first (pulumi up)."$'\n'
    fi
  done
  [[ -z $errors ]] || fail "${errors%$'\n'}" "Nothing was changed."
  names=() paths=()
  # With the slash they sort so that each is followed by those that lie in it.
  while read -r path; do
    [[ $path != "$last"* ]] || continue
    last=$path
    paths+=("${path%/}")
    path=${path#"$root"/}
    names+=("${path%/}")
  done < <(printf '%s/\n' "${real[@]}" | sort -u)
}

# kilobytes PATH...: what they take up, together.
kilobytes() { du -skc -- "$@" | tail -n 1 | cut -f 1; }
free_kilobytes() { df -Pk -- "$1" | awk 'NR == 2 { print $4 }'; }

# require_space NEEDED FOLDER WAY-OUT
require_space() {
  local free
  free=$(free_kilobytes "$2")
  (($1 <= free)) || fail "$2 has $((free / 1024)) MB free, and $((($1 + 1023) / 1024)) MB are needed. Nothing was changed. $3"
}

require_snapshot() {
  local known
  [[ -e $copy ]] && return
  known=$(list | cut -f 1 | paste -sd ' ')
  fail "There is no snapshot $SNAPSHOT of $OWNER. There are: ${known:-none}."
}

save() {
  local size
  require_name
  require_own
  install -d -m 0700 "$state_folder" "$state_folder/snapshots" "$snapshots"
  finish_last_run
  [[ ! -e $copy || $REPLACE == true ]] || fail "There is a snapshot $SNAPSHOT already: use another name, or remove it first."
  size=$(kilobytes "${paths[@]}")
  require_space "$size" "$snapshots" "Free some, or make $state_folder/snapshots a link to a folder that no client reaches on a larger disk."
  mkdir -m 0700 -- "$new_copy"
  mkdir -- "$new_copy/data"
  (cd -- "$root" && cp -a --reflink=auto --parents -- "${names[@]}" "$new_copy/data")
  printf '%s\t%s\t%s\t%s\n' "$SNAPSHOT" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$((size * 1024))" "${names[*]}" >"$new_copy/info"
  sync -f "$new_copy"
  if [[ -e $copy ]]; then mv -T -- "$copy" "$old_copy"; fi
  mv -T -- "$new_copy" "$copy"
  sync -f "$copy"
  rm -rf -- "$old_copy"
  say "Saved ${names[*]} as $SNAPSHOT ($((size / 1024)) MB)"
}

# enter PATH: the very directory that was made, whatever somebody has put in its place meanwhile.
enter() {
  cd -P -- "$1" || fail "$1 is not there any more: make it again first (pulumi up)."
  is_unfinished "$1" || [[ $(stat -c "$identity_format" -- .) == "${identity_of[$1]}" ]] ||
    fail "$1 was replaced by another directory meanwhile: it was left as it is. Run this again once it is back (pulumi up)."
}

# Removes what is in the directories. find follows no link, also of those that somebody makes meanwhile.
empty_all() {
  local path
  for path in "${paths[@]}"; do
    (enter "$path" && find -P . -xdev -mindepth 1 -delete)
  done
}

# put_back NAME: the snapshot's data of a directory.
put_back() {
  enter "$root/$1"
  cp -a --reflink=auto --remove-destination -- "$copy/data/$1/." .
}

restore() {
  local name copied=() missing=()
  require_name
  require_own
  finish_last_run
  require_snapshot
  for name in "${names[@]}"; do
    copied+=("$copy/data/$name")
    [[ -d $copy/data/$name ]] || missing+=("$name")
  done
  ((${#missing[@]} == 0)) || fail "The snapshot $SNAPSHOT has no ${missing[*]}. Nothing was changed."
  require_space "$(($(kilobytes "${copied[@]}") - $(kilobytes "${paths[@]}")))" "$root" "Free some."
  empty_all
  for name in "${names[@]}"; do
    (put_back "$name")
  done
  sync -f "$root"
  say "${names[*]}: as in the snapshot $SNAPSHOT"
}

empty() {
  require_own
  empty_all
  say "${names[*]}: empty"
}

# One snapshot a line: name, time, bytes and directories, with tabs in between.
list() {
  local info
  finish_last_run
  for info in "$snapshots"/*/info; do
    [[ ! -e $info ]] || cat "$info"
  done
}

remove() {
  require_name
  finish_last_run
  require_snapshot
  # Under the name of an unfinished one, so that a run that is cut off leaves no half of it.
  mv -T -- "$copy" "$new_copy"
  rm -rf -- "$new_copy"
  say "The snapshot $SNAPSHOT is gone"
}
