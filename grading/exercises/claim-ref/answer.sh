#!/usr/bin/env bash
# The volume first, then the claim that does not get it, then the one that does.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

volume 2 reserved | apply
static_claim 2 intruder | apply
static_claim 2 reserved | apply
kubectl wait pvc/reserved --for='jsonpath={.status.phase}=Bound' "$READY"
