#!/usr/bin/env bash
# The claim is dynamic, and the volume waits for it in vain.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

{
  volume 1 notes
  dynamic_claim notes
  notes "$(persistent notes)"
} | apply
kubectl wait pod/notes --for=condition=Ready "$READY"
