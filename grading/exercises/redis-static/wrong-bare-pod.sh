#!/usr/bin/env bash
# A pod by hand, with the name that the StatefulSet's would have.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

{
  volume 3 cache
  static_claim 3 cache
  cat <<END
---
apiVersion: v1
kind: Pod
metadata: { name: cache-0 }
spec: $(redis_pod cache /data ", volumes: [{ name: data, $(persistent cache) }]")
END
} | apply
kubectl wait pod/cache-0 --for=condition=Ready "$READY"
