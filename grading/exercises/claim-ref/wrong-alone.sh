#!/usr/bin/env bash
# Nobody else asks for the volume, so that nothing is shown.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

volume 2 reserved | apply
static_claim 2 reserved | apply
kubectl wait pvc/reserved --for='jsonpath={.status.phase}=Bound' "$READY"
