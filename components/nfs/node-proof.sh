#!/bin/sh
# Runs in the pods of NfsNodeProof, in any shell and with busybox's tools. Values: SERVER, EXPORT_PATH, MUST_WRITE; MOUNTS,
# the folders at which the export is mounted, the first of them to write to; STATE, a folder that the pod's containers share.

# Writes, reads back and removes a file; who has no right to is told of, or is an error.
write() {
  mount=${MOUNTS%% *}
  token=$(cat /proc/sys/kernel/random/uuid)
  file=$mount/.storage-lab-probe-$token
  trap 'rm -f "$file" 2>/dev/null' EXIT
  # A shell that is the first process of a container is deaf to it otherwise, and would be killed with the file left behind.
  trap 'exit 1' TERM
  if words=$( (printf '%s\n' "$token" >"$file") 2>&1); then
    [ "$(cat "$file")" = "$token" ] || fail "What was written to $SERVER:$EXPORT_PATH was not read back the same."
    rm "$file" || fail "What was written to $SERVER:$EXPORT_PATH could not be removed."
    echo "$SERVER:$EXPORT_PATH was mounted, written to and read."
    return
  fi
  case $MUST_WRITE,$words in
    false,*'Read-only file system'* | false,*'ermission denied'*)
      echo "$SERVER:$EXPORT_PATH was mounted; root of this node may not write there: $words" ;;
    *'Read-only file system'*) fail "$SERVER exports $EXPORT_PATH read-only to this node, or its mount options have ro: $words" ;;
    *'ermission denied'*) fail "root of this node may not write to $EXPORT_PATH (root_squash, or the directory's mode): $words" ;;
    *) fail "Writing to $SERVER:$EXPORT_PATH failed: $words" ;;
  esac
}

fail() {
  echo "$*" >&2
  exit 1
}

# note NAME TEXT: a file is there with all of its text, or not.
note() {
  echo "$2" >"$STATE/new" && mv "$STATE/new" "$STATE/$1"
}

# Asks the server for each mount again and again. An answer that does not come holds up this process alone.
watch() {
  trap 'exit 0' TERM
  while :; do
    # shellcheck disable=SC2086 # a list
    if words=$(stat -t $MOUNTS 2>&1 >/dev/null); then
      note answered "$(date +%s)"
      rm -f "$STATE/refused"
    else
      note refused "$words"
    fi
    sleep 5 &
    wait $!
  done
}

# Whether the server has answered of late.
look() {
  if [ -e "$STATE/refused" ]; then fail "$(cat "$STATE/refused")"; fi
  answered=$(cat "$STATE/answered" 2>/dev/null) || fail "$SERVER has not answered yet."
  silent=$(($(date +%s) - answered))
  [ "$silent" -lt 20 ] || fail "$SERVER has not answered for $silent s: $EXPORT_PATH is mounted, and whoever uses it waits."
}

"$1"
