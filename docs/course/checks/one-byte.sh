# shellcheck shell=bash
mount_of() { in_pod "$1" cat /proc/mounts | grep ' /data ' | cut -d ' ' -f 1,4; }

page() {
  local inode
  expect "the PVC byte is bound to $ME-byte" "$(field '.status.phase} {.spec.volumeName' pvc byte)" "Bound $ME-byte" \
    "Apply work/$ME/one-byte/pv.yaml and pvc.yaml, then kubectl describe pvc byte -n $ME"
  expect "the Pod's /data is the directory on the NAS" "$(mount_of byte)" "*:*/$ME-byte *" \
    "kubectl describe pod byte -n $ME"
  expect "Redis has the value" "$(in_pod byte redis-cli GET byte)" "one byte: x" "Step 3: redis-cli SET byte"
  expect "the NAS's file has it, too" "$(on_nas "grep -abo 'one byte: x' ${NAS_PATH:-/nfs}/$ME-byte/dump.rdb")" "*:one byte: x" \
    "Step 3: redis-cli SAVE"
  inode=$(on_nas "stat -c %i ${NAS_PATH:-/nfs}/$ME-byte/dump.rdb")
  expect "container and NAS see the same file" "$(in_pod byte stat -c %i /data/dump.rdb)" "${inode:-none}" "Steps 3 and 5"
}

homework() {
  local node
  node=$(field .spec.nodeName pod byte)
  expect "the Pod reader is on another node than byte" \
    "$(field '.spec.nodeName} {.status.phase' pod reader | grep -v "^${node:-.*} ")" "?* Running" "nodeSelector, kubernetes.io/hostname"
  expect "its /data is the same directory, read-only" "$(mount_of reader)" "*:*/$ME-byte ro,*" "readOnly in volumeMounts"
  expect "its Redis has the value" "$(in_pod reader redis-cli GET byte)" "one byte: x"
}
