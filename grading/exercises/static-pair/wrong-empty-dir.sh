#!/usr/bin/env bash
# The pod writes to an emptyDir, with all that was asked for in it.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

{
  volume 1 notes
  static_claim 1 notes
  notes "emptyDir: {}"
} | apply
kubectl wait pod/notes --for=condition=Ready "$READY"
kubectl exec notes -- sh -c 'echo hello >/notes/hello.txt'
