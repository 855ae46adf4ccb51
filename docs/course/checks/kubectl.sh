# shellcheck shell=bash
page() {
  expect "the Pod talker is ready" "$(field '.status.conditions[?(@.type=="Ready")].status' pod talker)" True \
    "Apply work/$ME/kubectl/pod.yaml"
  expect "the PVC data was repaired, and is Bound" "$(field '.status.phase} {.spec.storageClassName' pvc data)" "Bound nfs-client" \
    "kubectl describe pvc data -n $ME"
  expect "the ConfigMap theme has the colour green, and no size" "$(field '.data.colour},{.data.size' configmap theme)" "green," \
    "Follow step 5 to its end"
  expect "the last change was made with kubectl edit" "$(field '.metadata.managedFields[*].manager' configmap theme)" "*kubectl-edit*" \
    "KUBE_EDITOR='sed -i s/red/green/' kubectl edit configmap theme -n $ME"
}

homework() {
  local directory colour
  directory=$(of_volume data .spec.nfs.path)
  colour=$(field .data.colour configmap theme)
  expect "the Pod report is ready" "$(field '.status.conditions[?(@.type=="Ready")].status' pod report)" True \
    "kubectl describe pod report -n $ME; then kubectl logs report -n $ME"
  expect "it wrote the colour of theme to the PVC data" "${colour:+$(in_pod report cat /data/report)}" "$(literal "$colour")" \
    "The volume's PVC and the name of the file are both wrong in report.yaml"
  expect "the NAS has the same report" "${directory:+$(on_nas cat "$directory/report")}" "$(literal "$colour")"
  expect "theme names the reason of the first event that was a warning" "$(field .data.reason configmap theme)" FailedScheduling \
    "kubectl describe pod report -n $ME, before the repair"
}
