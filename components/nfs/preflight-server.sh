#!/usr/bin/env bash
# The scripts are joined (script-text.ts): what one sets, another one uses.
# shellcheck disable=SC2034,SC2153,SC2154
# Looks, before anything is changed, whether nfs-server.sh can do its work here. Values: that script's.

# The first folder of the path that is there: what is missing is made on its file system.
present_folder() {
  local folder=$1
  while [[ ! -d $folder ]]; do folder=$(dirname -- "$folder"); done
  printf '%s' "$folder"
}

preflight() {
  local title words family free folder
  # Only an installation needs to know.
  title="the system is Debian's or RHEL's, or has an NFS server"
  if words=$(os_family 2>&1) || command -v exportfs >/dev/null; then
    report good "$title"
  else
    report missing "$title" "$words" "Take a host with such a system, install the server by hand, or name its export as existing"
  fi

  title="the kernel has an NFS server"
  if [[ -d /proc/fs/nfsd ]] || grep -qw nfsd /proc/filesystems || modinfo nfsd >/dev/null 2>&1; then
    report good "$title"
  else
    report missing "$title" "no module nfsd for $(uname -r)$(container_note)" \
      "Install the kernel's modules (Debian: linux-image-amd64; RHEL: kernel-modules); a container cannot serve NFS from its kernel"
  fi

  title="the NFS server is installed"
  if command -v exportfs >/dev/null && ! half_installed nfs-kernel-server; then report good "$title"; else report planned "$title" "up installs it"; fi

  title="the NFS server runs"
  if server_runs; then
    report good "$title"
  elif ! nfsd_runs && words=$(ss -Hltnp '( sport = :2049 )' 2>/dev/null) && [[ -n $words ]]; then
    report missing "$title" "port 2049 is taken: ${words##* }" "End that program, or name its export as existing"
  else
    report planned "$title" "up starts it"
  fi

  title="$EXPORT_PATH can be exported"
  if words=$( (refuse_foreign_file && refuse_export_folder) 2>&1); then
    report good "$title"
  else
    report missing "$title" "$words"
  fi

  title="the file system of $EXPORT_PATH has room"
  folder=$(present_folder "$EXPORT_PATH")
  free=$(df --output=avail -BM -- "$folder" 2>/dev/null | tail -n 1 | tr -dc 0-9) || free=
  if [[ -n $free ]] && ((free < 512)); then
    report warning "$title" "$free MiB are free at $folder" "Free some, or export a folder on a larger disk"
  else
    report good "$title" "${free:-?} MiB free"
  fi
}

# As nfs-server.sh refuses it, for what this export does not export already.
refuse_export_folder() {
  local current previous
  # An error does not end what is a condition.
  current=$(current_file) || return
  refuse_foreign_line "$current"
  refuse_same_fsid
  previous=${current:+$(path_in "$current")}
  [[ -n $previous && $(exported_path "$previous") == "$(exported_path "$EXPORT_PATH")" ]] || refuse_folder
}
