#!/usr/bin/env bash
# The volume is brought back, and the file is written only then.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

"${BASH_SOURCE[0]%/*}/../static-pair/answer.sh"
"${BASH_SOURCE[0]%/*}/answer.sh"
# Otherwise it could be of the same moment.
sleep 4
kubectl exec notes -- sh -c 'echo before >/notes/before.txt'
