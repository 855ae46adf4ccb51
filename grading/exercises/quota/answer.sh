#!/usr/bin/env bash
# The claim asks for what is left.
# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/../objects.sh"

left() {
  kubectl get resourcequota --output='jsonpath={range .items[*]}{.status.hard.requests\.storage} {.status.used.requests\.storage}{"\n"}{end}' |
    awk 'function bytes(text) { return text + 0 == 0 ? 0 : text * (text ~ /Gi$/ ? 2 ^ 30 : text ~ /Mi$/ ? 2 ^ 20 : text ~ /Ki$/ ? 2 ^ 10 : 1) }
      $2 != "" { printf "%d", bytes($1) - bytes($2); exit }'
}
dynamic_claim rest "$(left)" | apply
kubectl wait pvc/rest --for='jsonpath={.status.phase}=Bound' "$READY"
