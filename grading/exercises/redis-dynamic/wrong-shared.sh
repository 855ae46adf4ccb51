#!/usr/bin/env bash
# Both pods are on one claim.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

{
  dynamic_claim data
  redis store 2 "$(persistent data)"
} | apply
rolled_out store
