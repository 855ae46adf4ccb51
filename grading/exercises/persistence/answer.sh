#!/usr/bin/env bash
# Both Redis, each on its claim.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

kubectl get statefulset cache >/dev/null 2>&1 || "${BASH_SOURCE[0]%/*}/../redis-static/answer.sh"
kubectl get statefulset store >/dev/null 2>&1 || "${BASH_SOURCE[0]%/*}/../redis-dynamic/answer.sh"
