#!/usr/bin/env bash
# The claims are there, and Redis saves beside them.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

MOUNT=/claim redis store 2 "" /tmp | apply
rolled_out store
