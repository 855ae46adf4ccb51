# shellcheck shell=bash
page() {
  expect "the quota limits number and sum, and forbids one StorageClass" \
    "$(field '.spec.hard.persistentvolumeclaims} {.spec.hard.requests\.storage} {.spec.hard.nfs-client-retain\.storageclass\.storage\.k8s\.io/persistentvolumeclaims' quota pvcs)" "[45] 128Mi 0" \
    "Apply work/$ME/rules/quota.yaml"
  expect "two Pods on two nodes wrote to one RWO volume" \
    "$(field '.spec.accessModes[*]' pvc shared) $(nodes first second) $(in_pod second cat /data/log)" "ReadWriteOnce two nodes first writes*second writes*" \
    "Apply work/$ME/rules/pods.yaml, and let both write a line to /data/log"
  expect "two Pods of one node use the RWO volume disk" \
    "$(nodes first neighbour) $(in_pod neighbour grep -c ' /disk ' /proc/mounts)" "one node 1" \
    "Apply work/$ME/rules/neighbour.yaml"
  expect "a Pod on the other node waits for it" \
    "$(nodes first far) $(field '.status.phase} {.spec.volumes[0].persistentVolumeClaim.claimName' pod far)" "two nodes Pending disk" \
    "kubectl describe pod far -n $ME"
  expect "the scheduler refuses a second Pod for the RWOP volume" \
    "$(field '.status.conditions[?(@.type=="PodScheduled")].message' pod another)" "*ReadWriteOncePod access mode already in-use*" \
    "The Pod another needs the PVC single, which the Pod first has"
}

# Whether two Pods run on one node or on two.
nodes() { # nodes POD POD
  local one other
  one=$(field .spec.nodeName pod "$1")
  other=$(field .spec.nodeName pod "$2")
  if [[ -z $one || -z $other ]]; then
    echo "no node"
  elif [[ $one = "$other" ]]; then
    echo "one node"
  else
    echo "two nodes"
  fi
}

homework() {
  local written
  expect "the quota allows 5 PVCs, and still 128Mi" "$(field '.spec.hard.persistentvolumeclaims} {.spec.hard.requests\.storage' quota pvcs)" "5 128Mi"
  expect "the PVC logs is for many writers" "$(field '.status.phase} {.spec.accessModes[*]' pvc logs)" "Bound ReadWriteMany" \
    "kubectl describe pvc logs -n $ME"
  expect "writer and reader run on two nodes" "$(nodes writer reader)" "two nodes" \
    "nodeSelector, as in work/$ME/rules/neighbour.yaml"
  written=$(on_nas cat "${NAS_PATH:-/nfs}/$ME-logs-$(field .spec.volumeName pvc logs)/log")
  expect "the reader reads what the writer wrote" "$(in_pod reader cat /logs/log)" "$(literal "${written:-a line in /logs/log}")" \
    "Write a line to /logs/log in the Pod writer"
  expect "the reader's mount is read-only" "$(in_pod reader grep ' /logs ' /proc/mounts)" "* ro,*" \
    "readOnly: true in the reader's volumeMounts"
}
