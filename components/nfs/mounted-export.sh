#!/usr/bin/env bash
# Put after directory-register.sh where a pod that mounts the export runs in place of its host: the register and its lock
# lie on the export, so that all who use it share them, and bash with busybox's programs is enough. Values: those of
# directory-register.sh, where EXPORT_PATH is the mount point.
# shellcheck disable=SC2004,SC2034,SC2154 # The scripts around it declare and use what it sets, and set what it uses.
state_folder=$EXPORT_PATH/.storage-lab
register=$state_folder/directories
lock_file=$state_folder/lock

# Few clients of NFS tell when a directory was made. The time is left out for all, so that nodes of any age agree.
identity_format='%i@0'

look() {
  local path identity mode uid gid
  for path in "$@"; do
    # File systems use the number of a removed directory again: none of ours is in there.
    [[ $path != "$state_folder"/* ]] || continue
    # Names of users and groups are those of the image, and not of the server.
    read -r identity mode uid gid < <(stat -c "$identity_format %a %u %g" -- "$path" 2>/dev/null) || continue
    identity_now[$path]=$identity
    facts_now[$path]=$mode$'\t'$uid$'\t'$gid$'\t'$uid$'\t'$gid
  done
}

# Prints a path without symbolic links; its last parts need not be there.
real_path() {
  local path=$1 missing=''
  until [[ -e $path ]]; do
    missing=/${path##*/}$missing
    path=${path%/*}
  done
  printf '%s%s\n' "$(readlink -f -- "$path")" "$missing"
}

resolve() {
  local path
  root=$(real_path "$EXPORT_PATH")
  real=()
  for path in "${DIRECTORIES[@]}"; do real+=("$(real_path "$path")"); done
}

# busybox has another exit code for what took too long.
timeout() {
  local code=0
  command timeout "$@" || code=$?
  return $((code == 143 ? 124 : code))
}

# install -d [-o USER -g GROUP] -m MODE [--] DIRECTORY...: busybox need not have it.
install() {
  local option OPTIND=1 owner='' group='' mode=0755
  while getopts do:g:m: option; do
    case $option in o) owner=$OPTARG ;; g) group=$OPTARG ;; m) mode=$OPTARG ;; *) ;; esac
  done
  shift $((OPTIND - 1))
  (umask 022 && mkdir -p -- "$@") || not_permitted
  [[ -z $owner ]] || chown -- "$owner:$group" "$@"
  chmod -- "$mode" "$@" || not_permitted
}
chown() { command chown "$@" || not_permitted; }

# Without -delete, which only nfs-snapshot.sh asks for, to empty a directory.
find() {
  if [[ ${*: -1} != -delete ]]; then
    command find "$@"
  else
    command find . -xdev -mindepth 1 -depth ! -type d -exec rm -f -- '{}' +
    command find . -xdev -mindepth 1 -depth -exec rmdir -- '{}' +
  fi
}

not_permitted() {
  fail "The server does not let uid $(id -u) of this pod make the directories with ${FILE_OWNER:+owner ${FILE_OWNER} and }mode ${MODE:-0755}" \
    "(its words are above): it maps users to another one (root_squash, all_squash), or the folder is not that user's."
}

# lock SECONDS: one run at a time on an export, whatever node it is on. Locks of NFS itself are not there with every server
# and version. Who holds it writes a new number every two seconds: where that ends, the run was killed.
lock() {
  local end=$((SECONDS + $1)) beat last='' since=$SECONDS asked=$SECONDS words
  words=$( (umask 077 && mkdir -p -- "$state_folder") 2>&1) ||
    fail "uid $(id -u) of this pod may not write to $EXPORT_PATH: $words" \
      "Let the server export it read-write to the nodes, without root_squash, or let the folder's mode admit the user it maps root to."
  until (set -C && echo "$HOSTNAME" >"$lock_file") 2>/dev/null; do
    beat=$(cat -- "$lock_file" 2>/dev/null || true)
    # While the server itself says nothing, as when it starts again, neither can who holds the lock.
    if [[ $beat != "$last" ]] || ((SECONDS - asked > 5)); then
      last=$beat since=$SECONDS
    elif ((SECONDS - since >= 30)); then
      mv -f -T -- "$lock_file" "$lock_file.$HOSTNAME" 2>/dev/null || true
      rm -f -- "$lock_file.$HOSTNAME"
      continue
    fi
    ((SECONDS < end)) || fail "Another run of these scripts still held $lock_file after $1 s: ${beat:-it has not said who it is}."
    sleep 1
    asked=$SECONDS
  done
  trap unlock EXIT
  beat_on </dev/null >/dev/null 2>&1 3>&- &
  beating=$!
}

beat_on() {
  local count
  for ((count = 0; ; count++)); do
    echo "$HOSTNAME $count" >"$lock_file" || return 0
    sleep 2
  done
}

unlock() {
  # First, or it would make the file again.
  kill "$beating" 2>/dev/null || true
  wait "$beating" 2>/dev/null || true
  rm -f -- "$lock_file"
}

main() {
  # A look reads the register, which is replaced as a whole, and so waits for nobody.
  case $1 in check) ;; list) lock 3 ;; *) lock 300 ;; esac
  "$@"
}
