#!/usr/bin/env bash
# A Released volume is freed by what its claimRef has of the old claim, and keeps its data.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

kubectl get pod notes >/dev/null 2>&1 || "${BASH_SOURCE[0]%/*}/../static-pair/answer.sh"
kubectl exec notes -- sh -c 'echo before >/notes/before.txt'
kubectl delete pod/notes pvc/notes "$READY"
kubectl wait "pv/$NAMESPACE.own-1" --for='jsonpath={.status.phase}=Released' "$READY"
kubectl patch pv "$NAMESPACE.own-1" --patch '{"spec":{"claimRef":{"uid":null,"resourceVersion":null}}}'
{
  static_claim 1 notes
  notes "$(persistent notes)"
} | apply
kubectl wait pod/notes --for=condition=Ready "$READY"
