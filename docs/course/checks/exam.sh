# shellcheck shell=bash
page() {
  local directory started place

  expect "1 the PVC exam is bound to the PV $ME-exam: 128Mi, RWX, Retain" \
    "$(field '.status.phase} {.spec.volumeName' pvc exam) $(field '.spec.capacity.storage} {.spec.accessModes[*]} {.spec.persistentVolumeReclaimPolicy} {.spec.nfs.path} {.spec.claimRef.namespace}/{.spec.claimRef.name' pv "$ME-exam")" \
    "Bound $ME-exam 128Mi ReadWriteMany Retain ${NAS_PATH:-/nfs}/$ME-exam $ME/exam"

  directory=$(of_volume dynamic .spec.nfs.path)
  expect "2 the Pod writer has written your name into /data/hello, on the volume of the PVC dynamic" \
    "$(field '.spec.storageClassName} {.spec.resources.requests.storage' pvc dynamic) $(field '.spec.volumes[*].persistentVolumeClaim.claimName' pod writer) ${directory:+$(on_nas cat "$directory/hello")}" \
    "nfs-client 64Mi dynamic $ME"

  expect "3 the PVC broken has a volume of nfs-client" \
    "$(field '.status.phase} {.spec.storageClassName} {.spec.resources.requests.storage' pvc broken)" "Bound nfs-client 64Mi" \
    "kubectl describe pvc broken -n $ME"

  expect "4 the PV $ME-released has its PVC again, and the file keep" \
    "$(bound_again) $(on_nas "[ -e ${NAS_PATH:-/nfs}/$ME-released/keep ] && echo kept")" "bound again kept" \
    "It must be Released once, and Bound again"

  expect "5 the StorageClass $ME-keep keeps its volumes, and the PVC kept has one" \
    "$(field '.provisioner} {.reclaimPolicy' storageclass "$ME-keep") $(field '.status.phase} {.spec.storageClassName' pvc kept)" \
    "$(field .provisioner storageclass nfs-client) Retain Bound $ME-keep"

  expect "6 redis has two Pods that are ready, with PVCs and names of their own" \
    "$(field '.status.readyReplicas} {.spec.serviceName' statefulset redis) $(field '.spec.clusterIP' service redis) $(field .status.phase pvc data-redis-0) $(field .status.phase pvc data-redis-1) $(in_pod redis-0 sh -c "redis-cli -h redis-1.redis PING")" \
    "2 redis None Bound Bound PONG"

  started=$(in_pod redis-1 redis-cli INFO persistence | tr -d '\r' | sed -n 's/^rdb_last_load_keys_loaded:\([1-9].*\)/loaded/p')
  expect "7 redis-1 has loaded the key exam from its volume" "$started $(in_pod redis-1 redis-cli GET exam)" "loaded $ME" \
    "Set it, save it, and let the Pod be replaced"

  expect "8 the quota storage allows 8 PVCs and 1Gi" \
    "$(field '.spec.hard.persistentvolumeclaims} {.spec.hard.requests\.storage' resourcequota storage)" "8 1Gi"

  # shellcheck disable=SC2016 # the container's own variable
  expect "9 the Pod configured has Secret and ConfigMap" \
    "$(in_pod configured sh -c 'cat /etc/login/user; echo " $MODE"') $(field '.spec.volumes[*].secret.secretName' pod configured)" "$ME exam login"

  place=$(of_volume data-redis-0 '.spec.nfs.path} {.spec.persistentVolumeReclaimPolicy')
  expect "10 the ConfigMap answer says where redis-0's data is" \
    "$(field '.data.node} {.data.path} {.data.policy' configmap answer)" \
    "$(field .spec.nodeName pod redis-0) ${place:-a volume}"
}

# start.yaml makes the PVC before the PV, both within seconds of the ConfigMap `start`: a PVC that is younger than the PV is a
# second one, and a PV that is much younger than the ConfigMap is not the first.
bound_again() {
  local claim begun volume
  claim=$(field .metadata.creationTimestamp pvc released)
  begun=$(field .metadata.creationTimestamp configmap start)
  volume=$(field .metadata.creationTimestamp pv "$ME-released")
  [[ -n $claim && -n $begun && -n $volume ]] || return
  [[ $(field '.status.phase} {.spec.claimRef.uid' pv "$ME-released") = "Bound $(field .metadata.uid pvc released)" ]] || return
  [[ $claim > $volume && $(($(date -d "$volume" +%s) - $(date -d "$begun" +%s))) -le 15 ]] && echo bound again
}
