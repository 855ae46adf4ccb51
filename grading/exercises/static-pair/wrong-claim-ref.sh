#!/usr/bin/env bash
# The volume is reserved for a claim of another name: the claim waits for ever, and so does the pod.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

{
  volume 1 note
  static_claim 1 notes
  notes "$(persistent notes)"
} | apply
