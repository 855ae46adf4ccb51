#!/usr/bin/env bash
# Redis saves to its claim, and begins with an empty file whenever it starts.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

{
  volume 3 cache
  static_claim 3 cache
  redis cache 1 "$(persistent cache)" |
    sed "s|command: .*, volumeMounts|command: [sh, -c, 'rm -f /data/dump.rdb; exec redis-server --dir /data --protected-mode no'], volumeMounts|"
  redis store 2 ""
} | apply
rolled_out cache
rolled_out store
