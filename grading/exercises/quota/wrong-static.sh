#!/usr/bin/env bash
# The claim is for a volume of the student's own, of no class.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

{
  volume 2 rest
  static_claim 2 rest
} | apply
kubectl wait pvc/rest --for='jsonpath={.status.phase}=Bound' "$READY"
