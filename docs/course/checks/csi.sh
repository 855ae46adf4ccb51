# shellcheck shell=bash
data_volume() { field .spec.volumeName pvc data; }

# What the PVC's PV says that a Pod mounts: SERVER:SHARE/DIRECTORY.
data_source() {
  local volume
  volume=$(data_volume)
  [[ -z $volume ]] ||
    field '.spec.csi.volumeAttributes.server}:{.spec.csi.volumeAttributes.share}/{.spec.csi.volumeAttributes.subDir' pv "$volume"
}

# The nodes for which the PVC's volume is attached, each once.
data_nodes() {
  local volume
  volume=$(data_volume)
  [[ -z $volume ]] || kubectl get volumeattachments --request-timeout=10s \
    -o jsonpath="{range .items[?(@.spec.source.persistentVolumeName=='$volume')]}{.spec.nodeName} {.status.attached}{'\n'}{end}" |
    sed -n 's/ true$//p' | sort -u | paste -sd ' '
}

page() {
  local source node mounted=""
  source=$(data_source)
  node=$(field .spec.nodeName pod first)
  if [[ -n $source ]]; then
    in_pod first grep -q "^$source /data nfs4 " /proc/mounts && mounted="$source"
  fi
  expect "the StorageClass $ME-csi names the driver and allows expansion" "$(field '.provisioner} {.allowVolumeExpansion' sc "$ME-csi")" \
    "nfs.csi.k8s.io true" "Apply work/$ME/csi/class.yaml"
  expect "the PVC data is bound, with 128Mi" "$(field '.status.phase} {.status.capacity.storage' pvc data)" "Bound 128Mi" \
    "Apply work/$ME/csi/pvc.yaml, then work/$ME/csi/larger.yaml, then kubectl describe pvc data -n $ME"
  expect "the Pod first has mounted the directory that the PV names" "$mounted" "?*" \
    "Apply work/$ME/csi/pod.yaml, then kubectl describe pod first -n $ME"
  expect "the volume is attached to the Pod's node" "$([[ -n $node ]] && [[ " $(data_nodes) " == *" $node "* ]] && echo "$node")" "?*" \
    "kubectl get volumeattachments"
}

homework() {
  local volume handle="" written="" nodes listed="" source directory
  volume=$(data_volume)
  nodes=$(data_nodes)
  source=$(data_source)
  directory=${source#*:}
  if [[ -n $volume ]]; then
    handle=$(field .spec.csi.volumeHandle pv "$volume")
    written=$(on_nas cat "$directory/handle")
    listed=$(on_nas cat "$directory/nodes" | sort -u | paste -sd ' ')
  fi
  expect "the PVC data has 256Mi" "$(field '.status.phase} {.status.capacity.storage' pvc data)" "Bound 256Mi" \
    "Change the request in the file and apply it"
  expect "two nodes have published its volume, and the file nodes names them" "${nodes:+$nodes: $listed}" "?* ?*: $nodes" \
    "The Pod second must be on another node than first; the file is on the NAS in $ME-data"
  expect "the file handle on the NAS has the volume's handle" "$([[ -n $handle && $written == "$handle" ]] && echo yes)" yes \
    "Write .spec.csi.volumeHandle of the PV to /data/handle in the Pod second"
  expect "the StorageClass $ME-csi-archive archives" "$(field '.provisioner} {.parameters.onDelete' sc "$ME-csi-archive")" \
    "nfs.csi.k8s.io archive" "onDelete is one of the StorageClass's parameters"
  expect "the PVC old is deleted, and its directory archived" \
    "$(field .metadata.name pvc old)$(on_nas ls -d "${directory%/*}/archived-$ME-old")" "/*archived-$ME-old" \
    "Create it with the StorageClass $ME-csi-archive, wait until it is Bound, delete it, and look at the NAS"
}
