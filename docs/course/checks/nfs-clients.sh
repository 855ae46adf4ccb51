# shellcheck shell=bash
# The options of a mount by hand: mounted_on NODE DIRECTORY
mounted_on() { on_node "$1" "findmnt -n -t nfs,nfs4 -o OPTIONS $2"; }
mount_of() { in_pod "$1" cat /proc/mounts | grep ' /usr/share/nginx/html ' | cut -d ' ' -f 1; }

page() {
  expect "root of node1 wrote index.html, and the NAS has it as root's" \
    "$(on_nas "cd ${NAS_PATH:-/nfs}/$ME-hand && stat -c %u index.html && cat index.html" | paste -sd ' ' -)" "0 written by node1" \
    "Steps 2 and 3; a file of another user needs no_root_squash on the export, as in its profile course"
  expect "it is mounted by hand on node1, hard and with version 4.2" "$(mounted_on node1 "/mnt/$ME-hand")" "*vers=4.2*,hard,*" "Step 2"
  expect "the Pod web has the same directory" "$(mount_of web)" "*:*/$ME-hand" "kubectl describe pod web -n $ME"
  expect "the write that had to wait is on the NAS" "$(on_nas "cat /srv/$ME-hang/late")" late "Step 5; the relay must run again: systemctl kill -s CONT $ME-relay"
}

homework() {
  local node uid
  expect "node2 has the directory at /mnt/$ME-old: 4.1, read-only, 20 seconds" "$(mounted_on node2 "/mnt/$ME-old")" \
    "ro,*vers=4.1,*timeo=200,*" "mount -t nfs -o vers=4.1,ro,timeo=...; timeo counts tenths of a second"
  node=$(field .spec.nodeName pod web)
  expect "the Pod reader is on another node than web" "$(field '.spec.nodeName} {.status.phase' pod reader | grep -v "^${node:-.*} ")" \
    "?* Running" "nodeSelector, kubernetes.io/hostname"
  expect "it reads the same file" "$(in_pod reader cat /usr/share/nginx/html/index.html)" "written by node1"
  uid=$(field .metadata.uid pod reader)
  node=$(field .spec.nodeName pod reader)
  expect "it may only read, already on the node" \
    "$([[ -z $uid ]] || mounted_on "$node" "/var/lib/kubelet/pods/$uid/volumes/kubernetes.io~nfs/*")" "ro,*" "readOnly below nfs, in the volume"
}
