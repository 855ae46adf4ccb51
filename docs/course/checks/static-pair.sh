# shellcheck shell=bash
page() {
  expect "the PV $ME-pair keeps its data (Retain)" "$(field .spec.persistentVolumeReclaimPolicy pv "$ME-pair")" Retain \
    "Apply work/$ME/static-pair/pv.yaml"
  expect "the PVC pair is bound to it" "$(field '.status.phase} {.spec.volumeName' pvc pair)" "Bound $ME-pair" \
    "Apply work/$ME/static-pair/pvc.yaml, then kubectl describe pvc pair -n $ME"
  expect "the PVC stranger has no volume" "$(field .status.phase pvc stranger)" Pending \
    "Apply work/$ME/static-pair/stranger.yaml; if it is Bound, the PV had no claimRef"
}

homework() {
  expect "the PV $ME-archive has 128Mi" "$(field .spec.capacity.storage pv "$ME-archive")" 128Mi
  expect "it offers ReadOnlyMany alone" "$(field '.spec.accessModes[*]' pv "$ME-archive")" ReadOnlyMany
  expect "the PVC archive is bound to it" "$(field '.status.phase} {.spec.volumeName' pvc archive)" "Bound $ME-archive" \
    "kubectl describe pvc archive -n $ME"
  expect "the PVC asks for less than the PV has" "$(field .spec.resources.requests.storage pvc archive)" 100Mi
}
