#!/usr/bin/env bash
# The claim asks for more than is left, and is refused.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

dynamic_claim rest 900Gi | apply || true
