#!/usr/bin/env bash
# A volume and a claim that name each other, and a pod that writes.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

{
  volume 1 notes
  static_claim 1 notes
  notes "$(persistent notes)"
} | apply
kubectl wait pod/notes --for=condition=Ready "$READY"
kubectl exec notes -- sh -c 'echo hello >/notes/hello.txt'
