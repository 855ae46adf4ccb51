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

# Volumes and classes that begin with NAME- belong to somebody if no student has this name.
taken_prefix() { # taken_prefix NAME
  local taken
  taken=$(cluster_wide "$1" | head -n 1)
  [[ -z $taken ]] || fail "$taken is there already and begins with $1-: choose another name"
}

# The objects outside of namespaces whose names begin with NAME-.
cluster_wide() { # cluster_wide NAME
  kubectl get persistentvolumes,storageclasses,clusterroles,clusterrolebindings --request-timeout=10s -o name | grep "/$1-"
}

# The student's volumes that no name tells, since a provisioner made them: they are for PVCs of the namespace. Deleted by their
# provisioner, or, where they are kept, by hand.
wait_for_volumes() { # wait_for_volumes NAME
  local volumes
  volumes=$(kubectl get persistentvolumes --request-timeout=10s -o go-template='{{range .items}}{{with .spec.claimRef}}{{.namespace}}{{end}} {{.metadata.name}} {{.spec.persistentVolumeReclaimPolicy}}{{"\n"}}{{end}}' |
    sed -n "s/^$1 //p")
  while read -r volume policy; do
    case $volume in
      "") ;;
      "$1"-*) ;;
      *)
        if [[ $policy = Delete ]] && kubectl wait --for=delete "persistentvolume/$volume" --timeout=60s >/dev/null 2>&1; then continue; fi
        kubectl delete persistentvolume "$volume" --ignore-not-found --timeout=60s || exit 1
        ;;
    esac
  done <<<"$volumes"
}

# The pages' manifests are written for a student `handbook`.
copy_manifests() { # copy_manifests NAME LANGUAGE
  local file copy
  for file in docs/course/"$2"/*/*.yaml; do
    copy=work/$1/${file#docs/course/*/}
    mkdir -p "${copy%/*}"
    if [[ ! -e $copy ]]; then
      own_manifest "$1" "$file" >"$copy" || fail "$copy could not be written"
    elif ! own_manifest "$1" "$file" | cmp -s - "$copy"; then
      echo "$copy is kept as you changed it. For a new copy delete it and start again"
    fi
  done
}

own_manifest() { # own_manifest NAME FILE
  sed -e "s/\bhandbook\b/$1/g" -e "s|192\.168\.110\.168|${NAS_ADDRESS:-192.168.110.168}|g" \
    -e "s|path: /nfs/|path: ${NAS_PATH:-/nfs}/|" -e "s|value: /nfs/|value: ${NAS_PATH:-/nfs}/|" \
    -e "s|share: /nfs\$|share: ${NAS_PATH:-/nfs}|" "$2"
}
