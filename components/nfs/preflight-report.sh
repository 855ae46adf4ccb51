#!/usr/bin/env bash
# What a look before a change has found, for the list of the verb preflight.

# report STATE TITLE [FOUND [REMEDY]]: a line with tabs between; no value has one, nor the end of a line.
report() {
  local value line=
  for value; do
    value=${value//$'\t'/ }
    line+=${line:+$'\t'}${value//$'\n'/ }
  done
  printf '%s\n' "$line"
}

# Prints that this host is a container, if it is one.
container_note() {
  local kind
  kind=$(systemd-detect-virt --container 2>/dev/null) || true
  if [[ -n $kind && $kind != none ]]; then printf ', and it is a container (%s)' "$kind"; fi
}
