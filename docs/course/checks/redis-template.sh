# shellcheck shell=bash
page() {
  local set_created pvc_created
  expect "the StatefulSet redis names the headless Service redis" \
    "$(field .spec.serviceName statefulset redis) $(field .spec.clusterIP service redis)" "redis None" \
    "Apply work/$ME/redis-template/service.yaml and statefulset.yaml"
  expect "redis-0 has its own directory on the NAS at /data" "$(in_pod redis-0 grep ' /data ' /proc/mounts)" \
    "*/$ME-data-redis-0-$(field .spec.volumeName pvc data-redis-0) /data nfs*" \
    "kubectl describe pod redis-0 -n $ME, and the names of volumeMounts and of the template"
  expect "redis-0 has the value that you wrote" "$(in_pod redis-0 redis-cli GET testkey)" "Hello, Redis Dynamic PVC!" \
    "Step 2: SET and SAVE, before the Pod is deleted"
  set_created=$(field .metadata.creationTimestamp statefulset redis)
  pvc_created=$(field .metadata.creationTimestamp pvc data-redis-0)
  expect "the StatefulSet was created again for a PVC that existed" \
    "$([[ -n $pvc_created && $set_created > $pvc_created ]] && echo yes)" yes \
    "Step 5: delete the StatefulSet, not its PVC, and apply the file again"
  expect "after scaling down, data-redis-0 is the only PVC" \
    "$(field .spec.persistentVolumeClaimRetentionPolicy.whenScaled statefulset redis) $(pvcs_of_template)" "Delete data-redis-0" \
    "Step 6: whenScaled: Delete in your file, applied while there are two Pods"
}

homework() {
  local set_created pod_created
  expect "the template asks for 128Mi" \
    "$(field '.spec.volumeClaimTemplates[0].spec.resources.requests.storage' statefulset redis)" 128Mi \
    "It cannot be changed in place: the StatefulSet must be deleted, and its Pods must not"
  set_created=$(field .metadata.creationTimestamp statefulset redis)
  pod_created=$(field .metadata.creationTimestamp pod redis-0)
  expect "redis-0 is older than the StatefulSet that it belongs to" \
    "$([[ -n $pod_created && $pod_created < $set_created ]] && field '.metadata.ownerReferences[0].uid' pod redis-0)" \
    "$(field .metadata.uid statefulset redis | grep . || echo none)" "It was stopped: kubectl delete statefulset --help, --cascade"
  expect "redis-0 has its 64Mi and its value still" \
    "$(field .status.capacity.storage pvc data-redis-0) $(in_pod redis-0 redis-cli GET testkey)" "64Mi Hello, Redis Dynamic PVC!"
  expect "redis-1 uses a PVC of 128Mi" \
    "$(field .status.capacity.storage pvc data-redis-1) $(in_pod redis-1 grep ' /data ' /proc/mounts)" \
    "128Mi */$ME-data-redis-1-pvc-* /data nfs*" "Scale to 2; a PVC that existed before keeps its size"
}

pvcs_of_template() {
  kubectl get pvc -n "$ME" --request-timeout=10s -o jsonpath='{.items[*].metadata.name}' | tr ' ' '\n' | grep '^data-redis-' | paste -sd ' '
}
