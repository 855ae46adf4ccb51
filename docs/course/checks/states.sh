# shellcheck shell=bash
page() {
  expect "the PV $ME-spare is Available and names no PVC" "$(field '.status.phase} {.spec.claimRef.name' pv "$ME-spare")" "Available " \
    "Apply work/$ME/states/spare.yaml"
  expect "the PV $ME-kept is Released, and still names the PVC kept" "$(field '.status.phase} {.spec.claimRef.name' pv "$ME-kept")" "Released kept" \
    "Delete the PVC kept, and the Pod that uses it"
  expect "its data is on the NAS" "$(on_nas cat "${NAS_PATH:-/nfs}/$ME-kept/file")" precious \
    "The Pod user writes it, before the PVC is deleted"
  expect "the PV $ME-failed is Failed: nothing could delete its storage" "$(field '.status.phase} {.status.message' pv "$ME-failed")" "Failed *no deletable volume plugin matched" \
    "Apply work/$ME/states/pvs.yaml with pvcs.yaml, then delete the PVC failed"
  expect "the PVC lost is Lost" "$(field .status.phase pvc lost)" Lost \
    "Delete the PV $ME-lost while it is Bound, and remove its finalizer"
}

# Whether one object was created before another, or in the same second.
older() { # older TIME TIME
  if [[ -n $1 && -n $2 && ! $1 > $2 ]]; then echo yes; else echo no; fi
}

homework() {
  local first lost failed uid
  first=$(field .metadata.creationTimestamp pv "$ME-spare")
  lost=$(field .metadata.creationTimestamp pv "$ME-lost")
  failed=$(field .metadata.creationTimestamp pv "$ME-failed")
  expect "the PVC lost is Bound again" "$(field '.status.phase} {.spec.volumeName' pvc lost)" "Bound $ME-lost" \
    "It waits for a PV of that name without claimRef: work/$ME/states/lost.yaml"
  expect "it is still the first one" "$(older "$(field .metadata.creationTimestamp pvc lost)" "$first")" yes \
    "It must be as old as the PV $ME-spare: repair it without deleting it"
  expect "the PV $ME-failed has the policy Retain, and is Bound" "$(field '.spec.persistentVolumeReclaimPolicy} {.status.phase' pv "$ME-failed")" "Retain Bound" \
    "kubectl get pv $ME-failed -o yaml: policy and claimRef"
  uid=$(field .metadata.uid pvc failed)
  expect "it is still the first one, and belongs to the new PVC failed" "$(older "$failed" "$lost") $(field .spec.claimRef.uid pv "$ME-failed")" "yes ${uid:-?}" \
    "Apply work/$ME/states/pvcs.yaml; the PV must be older than the PV $ME-lost"
}
