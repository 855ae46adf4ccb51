# shellcheck shell=bash
# The Pod that leads the provisioner NAME, by its lock: a Lease, or Endpoints for the image v4.0.2.
leader_of() {
  local lock=${1//\//-} holder
  holder=$(field .spec.holderIdentity lease "$lock")
  [[ -n $holder ]] || holder=$(field '.metadata.annotations.control-plane\.alpha\.kubernetes\.io/leader' endpoints "$lock" 2>/dev/null |
    sed 's/.*"holderIdentity":"\([^"]*\)".*/\1/')
  # It stays in the lock when the Pod is gone.
  [[ -z $holder ]] || field .metadata.name pod "${holder%_*}"
}

page() {
  local path
  expect "the account may create PVs" \
    "$(kubectl auth can-i create persistentvolumes --as="system:serviceaccount:$ME:nfs-client-provisioner" 2>/dev/null)" yes \
    "Apply account.yaml and rights.yaml of work/$ME/provisioner"
  expect "a Pod leads the provisioner $ME.example/nfs" "$(leader_of "$ME.example/nfs")" "nfs-client-provisioner-?*" \
    "kubectl get pod -n $ME; kubectl logs -l app=nfs-client-provisioner -n $ME"
  expect "it made the PV of the PVC data" "$(of_volume data '.metadata.annotations.pv\.kubernetes\.io/provisioned-by')" "$ME.example/nfs" \
    "kubectl describe pvc data -n $ME"
  path=$(of_volume data .spec.nfs.path)
  expect "what the Pod wrote is on the NAS" "${path:+$(on_nas cat "$path/first")}" "written by writer" \
    "Apply work/$ME/provisioner/pod.yaml"
  expect "the PVC later got its volume when the right was back" "$(field .status.phase pvc later)" Bound \
    "Apply work/$ME/provisioner/rights.yaml, then read the provisioner's log"
}

homework() {
  expect "a Pod leads the provisioner $ME.example/slow" "$(leader_of "$ME.example/slow")" "slow-?*" \
    "kubectl get pod -n $ME; kubectl logs -l app=slow -n $ME"
  expect "the Deployment slow has a label of its own" "$(field .spec.selector.matchLabels.app deployment slow)" slow \
    "app: slow, in the selector and in the template"
  expect "the StorageClass $ME-slow archives" "$(field .parameters.archiveOnDelete sc "$ME-slow")" true \
    "parameters: archiveOnDelete: \"true\", and no onDelete"
  expect "the PV of the PVC slow is in the second directory" "$(of_volume slow .spec.nfs.path)" "*/$ME-slow/$ME-slow-pvc-*" \
    "NFS_PATH and the volume nfs-client-root say which directory"
}
