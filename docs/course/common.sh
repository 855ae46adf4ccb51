# shellcheck shell=bash
# What start, check and clean-up have in common.

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Without a hyphen, so that no student's prefix `NAME-` is the beginning of another's.
own_name() { # own_name NAME
  [[ $1 =~ ^[a-z][a-z0-9]{0,19}$ ]] ||
    fail "the name is '$1': use 1 to 20 lower-case letters and digits, a letter first, for example: . docs/course/start anna1"
  # Provisioners name everybody's PVs pvc-…, and directories archived-…; systemd-run names units run-….
  case $1 in pvc | archived | run) fail "much that is not yours begins with $1-: choose another name" ;; esac
}

# These go into commands of the NAS's root: a blank in them would be the end of a path that is to be deleted.
own_nas() {
  [[ ${NAS_PATH:-/nfs} =~ ^(/[A-Za-z0-9._-]+)+$ ]] ||
    fail "NAS_PATH is '$NAS_PATH': an absolute path of letters, digits, '.', '_' and '-' is needed, without '/' at its end"
  [[ ${NAS_ADDRESS:-none} =~ ^[A-Za-z0-9.:-]+$ ]] || fail "NAS_ADDRESS is '$NAS_ADDRESS': an address or a host's name is needed"
}

# The words before a command that run it on a host, by root, in the array `reached`: reach nas|NODE
reach() {
  if [[ -z ${NAS-} ]]; then reached=(./lab ssh "$1" --); elif [[ $1 = nas ]]; then reached=(ssh "$NAS" --); else reached=(ssh "root@$1" --); fi
}

# A command on a host: on_host nas|NODE COMMAND
on_host() {
  local reached
  reach "$1"
  "${reached[@]}" "$2" </dev/null
}

# A namespace of this name that nobody made for a student is somebody else's.
own_namespace() { # own_namespace NAME
  local owner
  owner=$(kubectl get namespace "$1" --ignore-not-found --request-timeout=10s \
    -o go-template='{{or (index .metadata.labels "storage-lab/student") "nobody"}}' 2>&1) ||
    fail "kubectl cannot reach the cluster ($owner). Start this in ./lab shell, or set KUBECONFIG"
  case $owner in
    "$1") ;;
    "")
      taken_prefix "$1"
      printf '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"%s","labels":{"storage-lab/student":"%s"}}}' "$1" "$1" |
        kubectl create -f - >/dev/null 2>&1 || kubectl get namespace "$1" >/dev/null || fail "the namespace $1 could not be created"
      ;;
    *) fail "the namespace $1 is there already and is no student's: choose another name" ;;
  esac
}

# What begins with NAME- belongs to somebody if no student has this name. A namespace, too: its directories on the NAS begin with
# its name. A NAS that does not answer is not asked again.
taken_prefix() { # taken_prefix NAME
  local taken
  taken=$(cluster_wide "$1" namespaces) || fail "kubectl cannot list what is outside of namespaces"
  [[ -n $taken ]] || taken=$(on_host nas "ls -d ${NAS_PATH:-/nfs}/$1-* ${NAS_PATH:-/nfs}/archived-$1-* /srv/$1-* /etc/exports.d/$1.exports /etc/exports.d/$1-*.exports" 2>/dev/null)
  [[ -z $taken ]] || fail "${taken%%$'\n'*} is there already and begins with $1-: choose another name"
}

# The objects outside of namespaces whose names begin with NAME-.
cluster_wide() { # cluster_wide NAME [KIND]
  local all
  all=$(kubectl get "persistentvolumes,storageclasses,clusterroles,clusterrolebindings${2:+,$2}" --request-timeout=10s -o name) || return
  sed -n "/\/$1-/p" <<<"$all"
}

# The student's volumes that no name tells, since a provisioner made them: they are for PVCs of the namespace. Deleted by their
# provisioner, or, where they are kept, by hand. What no provisioner made is another's, though a PVC of the student took it.
wait_for_volumes() { # wait_for_volumes NAME
  local all volume policy provisioner
  all=$(kubectl get persistentvolumes --request-timeout=10s -o go-template='{{range .items}}{{with .spec.claimRef}}{{.namespace}}{{end}} {{.metadata.name}} {{.spec.persistentVolumeReclaimPolicy}}{{with .metadata.annotations}} {{or (index . "pv.kubernetes.io/provisioned-by") ""}}{{end}}{{"\n"}}{{end}}') ||
    fail "kubectl cannot list the volumes"
  while read -r volume policy provisioner; do
    case $volume/$provisioner in
      /) ;;
      "$1"-*) ;;
      */) echo "warning: the PV $volume stays: its name does not begin with $1-, and no provisioner made it. If it is yours: kubectl delete pv $volume" >&2 ;;
      *)
        if [[ $policy = Delete ]] && kubectl wait --for=delete "persistentvolume/$volume" --timeout=60s >/dev/null 2>&1; then continue; fi
        kubectl delete persistentvolume "$volume" --ignore-not-found --timeout=60s || exit 1
        ;;
    esac
  done < <(sed -n "s/^$1 //p" <<<"$all")
}

# The pages' manifests are written for a student `handbook`.
copy_manifests() { # copy_manifests NAME LANGUAGE
  local file copy
  for file in docs/course/"$2"/*/*.yaml; do
    copy=work/$1/${file#docs/course/*/}
    if [[ ! -e $copy ]] || is_other_language "$1" "$file" "$copy"; then
      { mkdir -p "${copy%/*}" && own_manifest "$1" "$file" >"$copy"; } || fail "$copy could not be written"
    elif ! own_manifest "$1" "$file" | cmp -s - "$copy"; then
      echo "$copy is kept as you changed it. For a new copy delete it and start again"
    fi
  done
}

# A copy that is as the other language has it was not changed.
is_other_language() { # is_other_language NAME FILE COPY
  local other
  case $2 in docs/course/en/*) other=docs/course/zh/${2#docs/course/en/} ;; *) other=docs/course/en/${2#docs/course/zh/} ;; esac
  [[ -e $other ]] && own_manifest "$1" "$other" | cmp -s - "$3"
}

own_manifest() { # own_manifest NAME FILE
  sed -e "s/handbook/$1/g" -e "s|192\.168\.110\.168|${NAS_ADDRESS:-192.168.110.168}|g" \
    -e "s|path: /nfs/|path: ${NAS_PATH:-/nfs}/|" -e "s|value: /nfs/|value: ${NAS_PATH:-/nfs}/|" \
    -e "s|share: /nfs\$|share: ${NAS_PATH:-/nfs}|" "$2"
}
