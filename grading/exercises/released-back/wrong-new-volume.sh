#!/usr/bin/env bash
# The volume is deleted and made anew: the data are there, the Released volume is not.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

"${BASH_SOURCE[0]%/*}/../static-pair/answer.sh"
kubectl exec notes -- sh -c 'echo before >/notes/before.txt'
kubectl delete pod/notes pvc/notes "$READY"
kubectl delete pv "$NAMESPACE.own-1" "$READY"
# Otherwise it could be of the same moment.
sleep 4
{
  volume 1 notes
  static_claim 1 notes
} | apply
kubectl wait pvc/notes --for='jsonpath={.status.phase}=Bound' "$READY"
