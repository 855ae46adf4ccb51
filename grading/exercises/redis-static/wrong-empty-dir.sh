#!/usr/bin/env bash
# Redis on an emptyDir: it answers, and has nothing on the NAS.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

{
  volume 3 cache
  static_claim 3 cache
  redis cache 1 "emptyDir: {}"
} | apply
rolled_out cache
