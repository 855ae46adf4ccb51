#!/usr/bin/env bash
# The claim is made again, and the volume waits for the one that is gone.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

"${BASH_SOURCE[0]%/*}/../static-pair/answer.sh"
kubectl exec notes -- sh -c 'echo before >/notes/before.txt'
kubectl delete pod/notes pvc/notes "$READY"
kubectl wait "pv/$NAMESPACE.own-1" --for='jsonpath={.status.phase}=Released' "$READY"
static_claim 1 notes | apply
