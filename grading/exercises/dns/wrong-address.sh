#!/usr/bin/env bash
# A Service with an address of its own: one name for both pods.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

"${BASH_SOURCE[0]%/*}/../redis-dynamic/answer.sh"
service store "selector: { app: store }" | apply
