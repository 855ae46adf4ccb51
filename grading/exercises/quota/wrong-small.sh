#!/usr/bin/env bash
# The claim leaves room.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

dynamic_claim rest 8Mi | apply
kubectl wait pvc/rest --for='jsonpath={.status.phase}=Bound' "$READY"
