#!/usr/bin/env bash
# The claims are mounted, and both Redis save elsewhere.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

{
  volume 3 cache
  static_claim 3 cache
  redis cache 1 "$(persistent cache)" /tmp
  redis store 2 "" /tmp
} | apply
rolled_out cache
rolled_out store
