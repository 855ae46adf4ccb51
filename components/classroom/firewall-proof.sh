#!/usr/bin/env bash
# Runs in a pod: does the NFS server answer it? Value: ADDRESSES. All ports are tried at the same time, for 3 s.
# shellcheck disable=SC2153 # The values are in capitals.
try() {
  local words code=0
  # shellcheck disable=SC2016 # the inner shell expands its arguments
  words=$(timeout 3 bash -c 'exec 3<>"/dev/tcp/$1/$2"' try "$1" "$2" 2>&1) || code=$?
  if ((code == 0)); then
    echo "port $2 of $1 answers this pod"
  elif [[ $words == *refused* ]]; then
    echo "port $2 of $1 refuses this pod, which is an answer: nothing keeps what it sends from getting there"
  fi
}

answers=$(
  for address in "${ADDRESSES[@]}"; do
    for port in 2049 111 20048; do try "$address" "$port" & done
  done
  wait
)
[[ -z $answers ]] || printf '%s\n' "$answers" | sort
[[ -z $answers ]]
