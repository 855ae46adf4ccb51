#!/bin/sh
# The first process of a pod that runs a script on an export: the script's text, its argument, the mount point, and what the
# export is called outside of the pod. What the script complains of is the container's last word, which Kubernetes keeps.
if ! command -v bash >/dev/null; then
  echo "The image has no bash, which the scripts need: give another one." | tee /dev/termination-log >&2
  exit 1
fi
# Of a path, what sed would read as a command.
shown=$(printf '%s' "$4" | sed 's/[&|\\]/\\&/g')
exec 3>&1
# Without the files that bash reads where it takes itself for a login from far.
words=$(bash --norc -c "$1" bash "$2" 2>&1 >&3)
code=$?
[ -z "$words" ] || printf '%s\n' "$words" | sed "s|$3/|${shown%/}/|g; s|$3|$shown|g" | tee /dev/termination-log >&2
exit $code
