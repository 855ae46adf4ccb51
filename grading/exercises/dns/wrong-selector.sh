#!/usr/bin/env bash
# The Service selects no pod.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

"${BASH_SOURCE[0]%/*}/../redis-dynamic/answer.sh"
service store "clusterIP: None, selector: { app: redis }" | apply
