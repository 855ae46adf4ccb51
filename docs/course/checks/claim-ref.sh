# shellcheck shell=bash
# Whether the PV is bound to this PVC, also by uid.
has() { # has PVC
  local uid
  uid=$(field .metadata.uid pvc "$1")
  [[ $(field '.status.phase} {.spec.claimRef.name} {.spec.claimRef.uid' pv "$ME-ref") = "Bound $1 ${uid:-none}" ]] && echo yes || echo no
}

page() {
  expect "the PV $ME-ref is reserved for the PVC data" "$(field '.spec.claimRef.namespace}/{.spec.claimRef.name' pv "$ME-ref")" "$ME/data" \
    "Apply work/$ME/claim-ref/pv.yaml; if it names the stranger: step 6"
  expect "the PVC data is bound to it, and the PV has its uid" "$(has data)" yes \
    "Apply work/$ME/claim-ref/pvc.yaml; if the PV is Released: way 1"
  # The controller's mark on a PV that it chose itself, because nothing was reserved.
  expect "the PV was free for anybody once (way 2)" "$(field '.metadata.annotations.pv\.kubernetes\.io/bound-by-controller' pv "$ME-ref")" yes \
    "Step 5: the PV without a claimRef"
  expect "the data is still there" "$(on_nas cat "${NAS_PATH:-/nfs}/$ME-ref/file")" precious \
    "The file is written in step 1"
}

homework() {
  local stranger ledger waited=no
  stranger=$(field .metadata.creationTimestamp pvc stranger)
  ledger=$(field .metadata.creationTimestamp pvc ledger)
  [[ -n $stranger && -n $ledger && ! $stranger > $ledger ]] && waited=yes
  expect "the PVC ledger is bound to $ME-ref, and the PV has its uid" "$(has ledger)" yes \
    "The claimRef must name it, without the uid of another PVC"
  expect "the stranger waited before ledger existed, and has nothing" "$waited $(field .status.phase pvc stranger)" "yes Pending" \
    "Apply work/$ME/claim-ref/stranger.yaml first"
  expect "ledger has the data, and the PVC data is deleted" \
    "$(field '.spec.volumeName' pvc ledger)$(field .metadata.name pvc data) $(on_nas cat "${NAS_PATH:-/nfs}/$ME-ref/file")" "$ME-ref precious" \
    "kubectl get pvc -n $ME"
}
