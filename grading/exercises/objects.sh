#!/usr/bin/env bash
# What the answer keys and the wrong attempts are written with: objects of a student, for kubectl with the student's kubeconfig
# and nothing else.
set -euo pipefail

READY=--timeout=180s

NAMESPACE=$(kubectl config view --minify --output='jsonpath={..namespace}')
# The teacher's volume and Redis tell the NAS, the directory, the class, the image and the uid.
read -r SERVER REDIS_PATH CLASS < <(kubectl get pv "$NAMESPACE.redis" \
  --output='jsonpath={.spec.nfs.server} {.spec.nfs.path} {.metadata.labels.storage-lab\.example/class}{"\n"}')
read -r IMAGE STUDENT_UID < <(kubectl get statefulset redis-static \
  --output='jsonpath={.spec.template.spec.containers[0].image} {.spec.template.spec.securityContext.runAsUser}{"\n"}')
STORAGE_CLASS=$(kubectl get storageclasses --selector="storage-lab.example/class=$CLASS" --output='jsonpath={.items[0].metadata.name}')
export STORAGE_CLASS

IDENTITY="{ runAsUser: $STUDENT_UID, runAsGroup: $STUDENT_UID, fsGroup: $STUDENT_UID }"

apply() { kubectl apply --filename=-; }

volume() { # volume NUMBER CLAIM: the student's own volume, reserved for a claim
  cat <<END
---
apiVersion: v1
kind: PersistentVolume
metadata: { name: $NAMESPACE.own-$1 }
spec:
  capacity: { storage: 64Mi }
  accessModes: [ReadWriteMany]
  persistentVolumeReclaimPolicy: Retain
  claimRef: { namespace: $NAMESPACE, name: $2 }
  nfs: { server: $SERVER, path: ${REDIS_PATH%/redis}/own-$1 }
END
}

claim() { # claim NAME SIZE MORE: a claim, with more of its spec
  cat <<END
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: $1 }
spec: { accessModes: [ReadWriteMany], resources: { requests: { storage: $2 } }, $3 }
END
}

static_claim() { claim "$2" 8Mi "storageClassName: '', volumeName: $NAMESPACE.own-$1"; } # static_claim NUMBER NAME

dynamic_claim() { claim "$1" "${2:-8Mi}" "storageClassName: $STORAGE_CLASS"; } # dynamic_claim NAME [SIZE]

notes() { # notes SOURCE: the pod that writes, with this volume
  cat <<END
---
apiVersion: v1
kind: Pod
metadata: { name: notes }
spec:
  terminationGracePeriodSeconds: 0
  securityContext: $IDENTITY
  containers:
    - name: main
      image: $IMAGE
      command: [sleep, infinity]
      volumeMounts: [{ name: notes, mountPath: /notes }]
  volumes: [{ name: notes, $1 }]
END
}

redis_pod() { # redis_pod NAME FOLDER MORE: spec of a pod of Redis that keeps its data in a folder, on one line
  printf '%s' "{ terminationGracePeriodSeconds: 5, securityContext: $IDENTITY, containers: [{ name: redis, image: $IMAGE," \
    "command: [redis-server, --dir, $2, --protected-mode, 'no'], volumeMounts: [{ name: data, mountPath: ${MOUNT:-/data} }]," \
    "readinessProbe: { tcpSocket: { port: 6379 }, periodSeconds: 1 } }]$3 }"
}

redis() { # redis NAME REPLICAS SOURCE [FOLDER]: a StatefulSet; without a source its claims are from a template
  local volumes="" templates=""
  if [[ -n $3 ]]; then
    volumes=", volumes: [{ name: data, $3 }]"
  else
    templates="volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteMany], storageClassName: $STORAGE_CLASS, resources: { requests: { storage: 8Mi } } } }]"
  fi
  cat <<END
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: $1 }
spec:
  serviceName: ${SERVICE_NAME:-$1}
  replicas: $2
  podManagementPolicy: Parallel
  selector: { matchLabels: { app: $1 } }
  template: { metadata: { labels: { app: $1 } }, spec: $(redis_pod "$1" "${4:-/data}" "$volumes") }
  $templates
END
}

service() { # service NAME MORE: a Service, with more of its spec
  cat <<END
---
apiVersion: v1
kind: Service
metadata: { name: $1 }
spec: { ports: [{ port: 6379 }], $2 }
END
}

persistent() { printf 'persistentVolumeClaim: { claimName: %s }' "$1"; } # persistent CLAIM: source of a pod's volume

rolled_out() { kubectl rollout status "statefulset/$1" "$READY"; }
