#!/usr/bin/env bash
# A static pair, and a StatefulSet on it.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

{
  volume 3 cache
  static_claim 3 cache
  redis cache 1 "$(persistent cache)"
} | apply
rolled_out cache
