# shellcheck shell=bash
page() {
  local node
  node=$(field .spec.nodeName pod four)
  expect "the Pod four is on node2, and its NFS volume still has the picture" \
    "$node${node:+, }$(in_pod four sh -c 'grep -q " /nfs nfs4 " /proc/mounts && cat /nfs/picture')" "node2, upload" \
    "Work through steps 2 to 5, and do not write the picture again"
  expect "the picture in the hostPath of node1 is not in the Pod" \
    "$(on_node node1 cat "/mnt/$ME-host/picture")$(in_pod four sh -c '[ -e /host/picture ] || echo , not in the Pod')" \
    "upload, not in the Pod" "It was written while the Pod was on node1; the Pod is on node2 now"
  node=$(field .spec.nodeName pod look)
  expect "the Pod look sees the host name of its node" "$(in_pod look cat /node-etc/hostname)" "${node:-?*}" \
    "Apply work/$ME/volumes-compared/look.yaml"
}

homework() {
  local pods pod node started seen=() nodes=() older=() choice wrong=() wanted
  mapfile -t pods < <(kubectl get pods -n "$ME" -l app=gallery --field-selector status.phase=Running --request-timeout=10s \
    -o jsonpath='{range .items[*]}{.metadata.name} {.spec.nodeName} {.status.startTime}{"\n"}{end}')
  for pod in "${pods[@]}"; do
    read -r pod node started <<<"$pod"
    nodes+=("$node")
    seen+=("$(in_pod "$pod" cat /uploads/first)")
    older+=("$(in_pod "$pod" sh -c "[ \$(stat -c %Y /uploads/first) -lt $(date -d "$started" +%s) ] && echo older")")
  done
  expect "gallery runs on two nodes" "$(printf '%s\n' "${nodes[@]}" | sort | tr '\n' ' ')" "node1 node2 " \
    "Apply gallery.yaml; kubectl get pods -n $ME -o wide"
  expect "both Pods show /uploads/first, with your name" "${seen[*]-}" "$ME $ME" \
    "Which kind of volume can two nodes write? Write the file into one Pod: echo $ME >/uploads/first"
  expect "the file is older than the Pods" "${older[*]-}" "older older" \
    "kubectl rollout restart deployment/gallery -n $ME, and wait for it"
  for wanted in sorting=emptyDir shop=nfs cluster=local accounts=block logs=hostPath; do
    choice=$(field ".data.${wanted%=*}" configmap choices)
    [[ $choice = "${wanted#*=}" ]] || wrong+=("${wanted%=*}")
  done
  expect "all five cases are decided" "$((5 - ${#wrong[@]})) of 5" "5 of 5" \
    "Think again about ${wrong[*]-}: go through the diagram of step 7"
}
