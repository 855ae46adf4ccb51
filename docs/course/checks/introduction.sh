# shellcheck shell=bash
# The uid in a file that an earlier Pod of this name wrote, or nothing: earlier POD FILE
earlier() {
  local note
  note=$(in_pod "$1" cat "$2")
  [[ $note =~ ^[0-9a-f-]{36}$ && $note != "$(field .metadata.uid pod "$1")" ]] && printf '%s' "$note"
}

# What a file in a PVC's volume says on the NAS, or nothing: on_the_nas PVC FILE
on_the_nas() {
  local directory
  directory=$(of_volume "$1" .spec.nfs.path)
  [[ -n $directory ]] && on_nas cat "$directory/$2"
}

page() {
  local note
  note=$(earlier places /kept/note)
  expect "the PVC kept is bound to a volume of nfs-client" \
    "$(field '.status.phase} {.spec.storageClassName' pvc kept)" "Bound nfs-client" "Apply work/$ME/introduction/pvc.yaml"
  expect "the Pod places reads in /kept what an earlier Pod wrote" "$note" '?*' \
    "Write the Pod's uid to /kept/note, then delete the Pod and apply pod.yaml again"
  expect "its emptyDir is new and empty" \
    "$(in_pod places sh -c 'grep -q " /scratch " /proc/mounts && ls -A /scratch | wc -l')" 0 "Apply pod.yaml again after deleting the Pod: the emptyDir is empty in a new Pod only"
  expect "the NAS has the same note" "${note:+$(on_the_nas kept note)}" "${note:-?*}" "Look into the directory of the PV that kept is bound to"
}

homework() {
  local note
  note=$(earlier uploads /uploads/first)
  expect "the PVC uploads asks nfs-client for 128Mi, and is Bound" \
    "$(field '.status.phase} {.spec.storageClassName} {.spec.resources.requests.storage' pvc uploads)" "Bound nfs-client 128Mi"
  expect "in the Pod uploads, /uploads is on the NAS" "$(in_pod uploads grep ' /uploads nfs' /proc/mounts | cut -d ' ' -f 1)" \
    "*-$(field .spec.volumeName pvc uploads | grep . || echo none)" "The claimName is uploads, and it is mounted at /uploads: kubectl describe pod uploads -n $ME"
  expect "/uploads/first has the uid of an earlier Pod" "$note" '?*' \
    "Write the uid (in single quotes, the Pod's shell would have to know the variable), delete the Pod, and apply its file again"
  expect "the NAS has the same file" "${note:+$(on_the_nas uploads first)}" "${note:-?*}" "Look into the directory of the PV that uploads is bound to"
}
