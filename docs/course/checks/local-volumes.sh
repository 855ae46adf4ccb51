# shellcheck shell=bash
# The node that a PV names, or nothing.
node_of() { field '.spec.nodeAffinity.required.nodeSelectorTerms[*].matchExpressions[*].values[*]' pv "$1"; }

# Its words with one blank between them, and nothing where there are none.
words() {
  local each
  read -r -a each <<<"$*"
  printf '%s' "${each[*]-}"
}

page() {
  local written
  expect "the StorageClass $ME-local waits for the first Pod" "$(field '.provisioner} {.volumeBindingMode' storageclass "$ME-local")" \
    "kubernetes.io/no-provisioner WaitForFirstConsumer" "Apply work/$ME/local-volumes/class.yaml"
  expect "the PVC fast is bound to $ME-local, which names node1" \
    "$(words "$(field '.status.phase} {.spec.volumeName' pvc fast) $(node_of "$ME-local")")" "Bound $ME-local node1" \
    "Apply pv.yaml, pvc.yaml and writer.yaml, then kubectl describe pvc fast -n $ME"
  # The same lines in the Pod and on the node's disk: the first Pod's, and the second's.
  written=$(in_pod writer cat /data/log)
  [[ -n $written && $written == "$(on_node node1 cat "/mnt/$ME-local/log")" ]] || written=
  expect "the Pod writer is a second one, and reads on node1 what the first wrote" \
    "$(grep -c '^started on node1$' <<<"$written") lines in /data/log" "@([2-9]|[1-9][0-9]*) lines in /data/log" \
    "Delete the Pod writer, and apply writer.yaml again"
  expect "the Pod elsewhere is Pending because of the volume's node" \
    "$(field '.status.phase}: {.status.conditions[?(@.type=="PodScheduled")].message' pod elsewhere)" \
    "Pending: *didn't match PersistentVolume's node affinity*" "Apply elsewhere.yaml, and look at kubectl describe pod elsewhere -n $ME"
}

homework() {
  expect "$ME-one is a local volume of node1, $ME-two of node2" \
    "$(words "$(field .spec.local.path pv "$ME-one") $(node_of "$ME-one") $(field .spec.local.path pv "$ME-two") $(node_of "$ME-two")")" \
    "/mnt/$ME-?* node1 /mnt/$ME-?* node2" "Each PV has its own path and node"
  expect "the PVC follow is bound to $ME-two" "$(field '.status.phase} {.spec.volumeName' pvc follow)" "Bound $ME-two" \
    "If it has the other volume: was the PVC's first Pod one that must run on node2?"
  expect "the Pod follow is on node2 without a nodeSelector" \
    "$(field '.status.phase}, {.spec.nodeName}, {.spec.nodeSelector}{.spec.affinity' pod follow)" "Running, node2, " \
    "Delete the Pod, and create it again without the nodeSelector"
  expect "two Pods wrote into its volume, on the disk of node2" \
    "$(on_node node2 grep -c started "$(field .spec.local.path pv "$ME-two")/log") lines" "@([2-9]|[1-9][0-9]*) lines" \
    "Each Pod follow writes a line into the log of the volume"
}
