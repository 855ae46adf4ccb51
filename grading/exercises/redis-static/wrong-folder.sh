#!/usr/bin/env bash
# The claim is mounted, and Redis saves elsewhere.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

{
  volume 3 cache
  static_claim 3 cache
  redis cache 1 "$(persistent cache)" /tmp
} | apply
rolled_out cache
