#!/usr/bin/env bash
# One Redis on an emptyDir, the other on its claims: both answer, one forgets.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

{
  redis cache 1 "emptyDir: {}"
  redis store 2 ""
} | apply
rolled_out cache
rolled_out store
