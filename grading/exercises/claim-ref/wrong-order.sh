#!/usr/bin/env bash
# The other claim comes when the volume is taken.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

volume 2 reserved | apply
static_claim 2 reserved | apply
kubectl wait pvc/reserved --for='jsonpath={.status.phase}=Bound' "$READY"
# Otherwise it could be of the same moment.
sleep 2
static_claim 2 intruder | apply
