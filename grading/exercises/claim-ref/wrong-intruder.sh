#!/usr/bin/env bash
# The volume is reserved for the wrong one.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

volume 2 intruder | apply
static_claim 2 intruder | apply
static_claim 2 reserved | apply
kubectl wait pvc/intruder --for='jsonpath={.status.phase}=Bound' "$READY"
