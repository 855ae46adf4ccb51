#!/usr/bin/env bash
# One replica in place of two.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

redis store 1 "" | apply
rolled_out store
