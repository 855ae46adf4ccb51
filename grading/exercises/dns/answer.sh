#!/usr/bin/env bash
# The Service that serviceName says, without an address of its own.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

kubectl get statefulset store >/dev/null 2>&1 || "${BASH_SOURCE[0]%/*}/../redis-dynamic/answer.sh"
service store "clusterIP: None, selector: { app: store }" | apply
