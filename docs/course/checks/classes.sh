# shellcheck shell=bash
# The PVs that were made for a PVC of the student, also those that outlived it: NAME PHASE PATH, a line each.
volumes_for() { # volumes_for PVC
  kubectl get pv --request-timeout=10s -o jsonpath='{range .items[*]}{.spec.claimRef.namespace}/{.spec.claimRef.name} {.metadata.name} {.status.phase} {.spec.nfs.path}{"\n"}{end}' |
    grep "^$ME/$1 " | cut -d ' ' -f 2-
}

page() {
  local root node
  expect "the PV of of-retain outlived its PVC" "$(volumes_for of-retain | cut -d ' ' -f 2)" "*Released*" \
    "Apply three-classes.yaml and three-pvcs.yaml of work/$ME/classes, then delete the PVC of-retain"
  root=${NAS_PATH:-/nfs}
  # By whole names: another student's can end as this one's does. And each once, since the step can be done again.
  expect "the directory of of-archive is an archive, and that of of-delete is gone" \
    "$(on_nas "cd $root && ls -d $ME-of-[ad]* archived-$ME-of-[ad]* 2>/dev/null" | sed 's/-pvc-.*//' | sort -u | paste -sd ' ')" "archived-$ME-of-archive" \
    "Delete both PVCs while their StorageClasses are there"
  expect "the directory of the PVC logs has the name of the pattern" \
    "$(volumes_for logs | cut -d ' ' -f 2-)" "Bound */$ME-logs" "Apply work/$ME/classes/path.yaml"
  node=$(field '.metadata.annotations.volume\.kubernetes\.io/selected-node' pvc later)
  expect "the volume of later was made for the node of the Pod consumer" \
    "${node:+$(field .status.phase pvc later) $node}" "Bound $(field .spec.nodeName pod consumer)" \
    "Apply wait.yaml and consumer.yaml of work/$ME/classes"
  expect "matched has a PV without a class" "$(field '.spec.volumeName}/{.spec.storageClassName' pvc matched)" "$ME-classless/" \
    "Apply classless-pv.yaml and matched.yaml of work/$ME/classes while there is no default StorageClass"
  expect "waiting was given a default StorageClass" "$(field .spec.storageClassName pvc waiting)" "?*-default" \
    "Apply waiting.yaml without the line storageClassName, then default.yaml"
}

homework() {
  local note
  expect "the PVC report is bound to a PV on the directory $ME-report" "$(volumes_for report | grep Bound | cut -d ' ' -f 2-)" "Bound */$ME-report" \
    "pathPattern, and kubectl describe pvc report -n $ME"
  expect "the StorageClass keeps PVs (Retain)" "$(field .reclaimPolicy sc "$ME-report")" Retain
  note=$(in_pod reader cat /data/note)
  expect "the Pod reads a note that an earlier PV's name was written into" \
    "${note:+$(volumes_for report | grep "^$note " | cut -d ' ' -f 2-)}" "Released */$ME-report" \
    "Write the PV's name into /data/note, delete Pod and PVC, and create both again"
}
