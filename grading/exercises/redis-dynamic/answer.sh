#!/usr/bin/env bash
# A StatefulSet with a template: a claim for each pod.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

redis store 2 "" | apply
rolled_out store
