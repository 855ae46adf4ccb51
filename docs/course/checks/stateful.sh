# shellcheck shell=bash
# The PVC that a Pod has as a volume: volume_of POD VOLUME.
volume_of() {
  field ".spec.volumes[?(@.name==\"$2\")].persistentVolumeClaim.claimName" pod "$1"
}

page() {
  local number pvcs='' names='' first second
  expect "at least four Pods of the Deployment stateless have written to one volume" \
    "$(in_pod deployment/stateless sh -c 'ls /data | grep -c ^stateless-')" '@([4-9]|[1-9][0-9])' \
    "Scale it to 3, wait until the Pods are ready, and delete one of them"
  for number in 0 1 2; do
    pvcs+="$(volume_of "stateful-$number" data) "
    names+="$(in_pod "stateful-$number" ls /data) "
  done
  expect "stateful-0, -1 and -2 each have a PVC of their own" "$pvcs" "data-stateful-0 data-stateful-1 data-stateful-2 " \
    "Apply work/$ME/stateful/statefulset.yaml and scale it to 3"
  expect "each of them found only its own file in its volume" "$names" "stateful-0 stateful-1 stateful-2 " \
    "kubectl exec stateful-0 -n $ME -- ls /data"
  # Created in order, so only a Pod that was deleted is younger than the next one.
  first=$(field .metadata.creationTimestamp pod stateful-1)
  second=$(field .metadata.creationTimestamp pod stateful-2)
  expect "stateful-1 was deleted and is back, with the old file" \
    "$([[ $first > $second && -n $second ]] && in_pod stateful-1 sh -c 'wc -l </data/stateful-1')" '@([2-9]|[1-9][0-9])' \
    "kubectl delete pod stateful-1 -n $ME"
  expect "the PVC shared is mounted in stateful-1 too" \
    "$(volume_of stateful-1 shared) $(in_pod stateful-1 sh -c 'ls /shared | grep -c ^stateless-')" 'shared [1-9]*' \
    "volumes and volumeClaimTemplates do not exclude each other"
  expect "the Deployment single has been updated with the strategy Recreate" \
    "$(field '.spec.strategy.type} {.status.updatedReplicas} {.status.readyReplicas} {.metadata.annotations.deployment\.kubernetes\.io/revision' deployment single)" \
    'Recreate 1 1 @([2-9]|[1-9][0-9])' "Change its strategy, apply the file, then kubectl rollout status deployment/single -n $ME"
}

homework() {
  expect "the Service ledger is headless, and the StatefulSet names it" \
    "$(field .spec.clusterIP service ledger) $(field .spec.serviceName statefulset ledger)" "None ledger" \
    "clusterIP: None in the Service, serviceName in the StatefulSet"
  expect "ledger-1 did not have to wait for ledger-0" "$(field '.spec.podManagementPolicy} {.status.readyReplicas' statefulset ledger)" "Parallel 2" \
    "podManagementPolicy cannot be changed: delete the StatefulSet and create it again"
  expect "ledger-1 has the PVCs data-ledger-1 and log-ledger-1" "$(volume_of ledger-1 data) $(volume_of ledger-1 log)" "data-ledger-1 log-ledger-1" \
    "Two templates in volumeClaimTemplates"
  expect "log-ledger-1 is mounted at /log" "$(in_pod ledger-1 grep ' /log ' /proc/mounts)" "*log-ledger-1* /log *" \
    "One more line in volumeMounts"
  expect "the PVCs are deleted with the StatefulSet" \
    "$(field '.metadata.ownerReferences[*].kind' pvc data-ledger-1) $(field '.metadata.ownerReferences[*].kind' pvc log-ledger-1)" "StatefulSet StatefulSet" \
    "persistentVolumeClaimRetentionPolicy, whenDeleted"
}
