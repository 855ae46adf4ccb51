#!/usr/bin/env bash
# Looks at the NFS mounts of the pods on this node, changes nothing. Value: MOUNT_SERVER, as mounts name the server.
# Prints one line for each mount that the server refuses, "refused UID VOLUME WORDS", and "silent" if it does not answer.
export LC_ALL=C
# As long as the check of the NFS client waits.
limit=3
mounts=()
pattern='/pods/([0-9a-f-]+)/volumes/kubernetes\.io~nfs/([^/ ]+)$'

while read -r source path kind _; do
  [[ $kind == nfs* && $source == "$MOUNT_SERVER":* && $path =~ $pattern ]] && mounts+=("$path")
done </proc/mounts
((${#mounts[@]} > 0)) || exit 0

# What this host remembers of a directory does not tell that it is gone; older releases of stat cannot ask the server, and
# none does without a field to ask for.
fresh=()
stat --cached=never --terse / >/dev/null 2>&1 && fresh=(--cached=never)

# One process for all, since forks can be slow. It may hang where not even SIGKILL ends it: nobody waits for it, and it
# holds none of the descriptors that the connection waits for.
exec 3< <(
  exec </dev/null 2>&1
  timeout -s KILL "$limit" stat "${fresh[@]}" --terse -- "${mounts[@]}" 2>&1 >/dev/null
  echo "ended $?"
)
killed=137
end=
while [[ -z $end ]] && IFS= read -r -t $((limit + 1)) -u 3 line; do
  case $line in
    ended\ *) end=${line#* } ;;
    # Unmounted meanwhile, with its pod.
    *': No such file or directory' | *': Not a directory') ;;
    *"'"*"': "*)
      path=${line#*"'"}
      path=${path%"'"*}
      [[ $path =~ $pattern ]] && printf 'refused %s %s %s\n' "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" "${line##*"': "}"
      ;;
  esac
done
[[ -n $end && $end != "$killed" ]] || echo silent
exit 0
