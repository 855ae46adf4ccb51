# shellcheck shell=bash
# Whether a PV's directory is on the NAS: directory_of PV
directory_of() {
  local path
  path=$(field .spec.nfs.path pv "$1")
  [[ -n $path ]] && on_nas "[ -d '$path' ] && echo $path"
}

page() {
  expect "the PV $ME-pair keeps its data (Retain)" "$(field .spec.persistentVolumeReclaimPolicy pv "$ME-pair")" Retain \
    "Apply work/$ME/static-pair/pv.yaml"
  expect "its directory is on the NAS" "$(directory_of "$ME-pair")" '?*' "Step 2: nas mkdir"
  expect "the PVC pair is bound to it" "$(field '.status.phase} {.spec.volumeName' pvc pair)" "Bound $ME-pair" \
    "Apply work/$ME/static-pair/pvc.yaml, then kubectl describe pvc pair -n $ME"
  expect "the PVC stranger has no volume" "$(field .status.phase pvc stranger)" Pending \
    "Apply work/$ME/static-pair/stranger.yaml; if it is Bound, the PV had no claimRef"
}

homework() {
  expect "the PV $ME-archive has 128Mi" "$(field .spec.capacity.storage pv "$ME-archive")" 128Mi \
    "Write its file, and apply it"
  expect "it has a directory of its own on the NAS" "$(directory_of "$ME-archive" | grep -v "/$ME-pair$")" '?*' "Make it with nas mkdir, and name it in the PV"
  expect "it offers ReadOnlyMany alone" "$(field '.spec.accessModes[*]' pv "$ME-archive")" ReadOnlyMany "accessModes"
  expect "the PVC archive is bound to it" "$(field '.status.phase} {.spec.volumeName' pvc archive)" "Bound $ME-archive" \
    "kubectl describe pvc archive -n $ME. The class must be \"\" in both, and claimRef name this PVC"
  expect "the PVC asks for less than the PV has" "$(field .spec.resources.requests.storage pvc archive)" 100Mi "resources.requests of the PVC"
}
