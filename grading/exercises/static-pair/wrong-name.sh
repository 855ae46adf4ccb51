#!/usr/bin/env bash
# All is well under another name.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

{
  volume 1 my-notes
  static_claim 1 my-notes
  notes "$(persistent my-notes)"
} | apply
kubectl wait pod/notes --for=condition=Ready "$READY"
