#!/usr/bin/env bash
# Drops what pods send to an NFS server on its way through a node. The kubelet's mounts come from the node itself, and are not
# concerned. Values: OWNER, PROJECT/STACK/COMPONENT; CHAIN, its chain; ADDRESSES of the server, or names; GENERATION.
#
# The chain is in the table mangle, before all of the table filter: nothing that kube-proxy or a network plugin accepts there
# comes first.
# shellcheck disable=SC2153 # The values are in capitals.
rules_file=/var/lib/storage-lab/firewall/$CHAIN
unit=$CHAIN.service
unit_file=/etc/systemd/system/$unit

# Sets `v4` and `v6`: all addresses, as iptables writes them.
find_addresses() {
  local name found
  v4=() v6=()
  for name in "${ADDRESSES[@]}"; do
    found=$(getent ahosts "$name" | awk '{ print $1 }' | sort -u) || fail "This host cannot resolve the name $name."
    [[ -n $found ]] || fail "This host cannot resolve the name $name."
    while read -r found; do
      if [[ $found == *:* ]]; then v6+=("$found"); else v4+=("$found"); fi
    done <<<"$found"
  done
}

# Sets `variant` of iptables: the one that this node's kubelet and kube-proxy use, or else the host's own.
find_variant() {
  local suffix
  variant=
  for suffix in -nft -legacy; do
    if command -v "iptables$suffix-save" >/dev/null && "iptables$suffix-save" 2>/dev/null | grep -q '^:KUBE-'; then
      variant=$suffix
      return
    fi
  done
}

# Is our jump there, among these rules of FORWARD, with none before it but those of other classes, which only drop?
comes_first() {
  awk -v jump="-A FORWARD -j $CHAIN" '
    $0 == jump { found = 1; exit }
    /^-A/ && !/^-A FORWARD -j storage-lab-[0-9a-f]+$/ { exit }
    END { exit !found }' <<<"$1"
}

# put PROGRAM ADDRESS...: the chain, at the head of FORWARD, all at once.
put() {
  local program=$1 forward
  shift
  forward=$("$program" -w 30 -t mangle -S FORWARD)
  {
    printf '%s\n' '*mangle' ":$CHAIN - [0:0]"
    (($# == 0)) || printf -- "-A $CHAIN -d %s -j DROP\n" "$@"
    if ! comes_first "$forward"; then
      sed -n "s/^-A \(FORWARD -j $CHAIN\)\$/-D \1/p" <<<"$forward"
      echo "-I FORWARD 1 -j $CHAIN"
    fi
    echo COMMIT
  } | "$program-restore" -w 30 --noflush
}

# take_away PROGRAM
take_away() {
  local forward
  forward=$("$1" -w 30 -t mangle -S FORWARD 2>/dev/null) || return 0
  "$1" -w 30 -t mangle -S "$CHAIN" >/dev/null 2>&1 || return 0
  {
    echo '*mangle'
    sed -n "s/^-A \(FORWARD -j $CHAIN\)\$/-D \1/p" <<<"$forward"
    printf '%s\n' "-F $CHAIN" "-X $CHAIN" COMMIT
  } | "$1-restore" -w 30 --noflush
}

# What puts the rules in force, also when the host boots: names cannot be resolved then.
render_rules() {
  printf '#!/usr/bin/env bash\n# Drops what pods send to the NAS. Written by %s (project/stack/component).\nset -euo pipefail\n' "$OWNER"
  printf 'CHAIN=%q\n' "$CHAIN"
  declare -f comes_first put
  ((${#v4[@]} == 0)) || echo "put iptables$variant ${v4[*]}"
  ((${#v6[@]} == 0)) || echo "put ip6tables$variant ${v6[*]}"
}

# After what may empty the tables when it starts, and before what starts pods.
render_unit() {
  cat <<UNIT
# Written by $OWNER (project/stack/component).
[Unit]
Description=Pods of this node do not reach the NAS
After=firewalld.service ufw.service iptables.service ip6tables.service nftables.service netfilter-persistent.service
Before=containerd.service crio.service docker.service kubelet.service k3s.service k3s-agent.service rke2-server.service rke2-agent.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/bin/env bash $rules_file

[Install]
WantedBy=multi-user.target
UNIT
}

# write FILE: its content is standard input; fails when that is there already.
write() {
  local text
  text=$(cat)
  [[ ! -e $1 || $text != "$(<"$1")" ]] || return 1
  printf '%s\n' "$text" >"$1.new"
  sync "$1.new"
  mv -f "$1.new" "$1"
}

# Prints what is not as it should be, of the addresses of one family.
differences_of() {
  local program=$1 length=$2 rules forward
  shift 2
  (($# > 0)) || return 0
  if ! rules=$("$program" -w 3 -t mangle -S "$CHAIN" 2>&1); then
    echo "pods of this node reach the NAS: $program has no chain $CHAIN (table mangle)"
  elif [[ $rules != "-N $CHAIN"$'\n'"$(printf -- "-A $CHAIN -d %s/$length -j DROP\n" "$@")" ]]; then
    echo "the chain $CHAIN ($program, table mangle) does not drop just what goes to $*"
  fi
  forward=$("$program" -w 3 -t mangle -S FORWARD 2>&1) || true
  if comes_first "$forward"; then return; fi
  if grep -qxF -- "-A FORWARD -j $CHAIN" <<<"$forward"; then
    echo "another rule comes before the chain $CHAIN ($program -t mangle -S FORWARD), and may let pods through: $(sed -n 2p <<<"$forward")"
  else
    echo "pods of this node reach the NAS: nothing leads to the chain $CHAIN ($program -t mangle -S FORWARD)"
  fi
}

differences() {
  differences_of "iptables$variant" 32 "${v4[@]}"
  differences_of "ip6tables$variant" 128 "${v6[@]}"
  if [[ $(cat "$rules_file" 2>&1) != "$(render_rules)" || $(cat "$unit_file" 2>&1) != "$(render_unit)" ]] ||
    ! systemctl is-enabled --quiet "$unit"; then
    echo "the rules would not be there after a reboot ($unit)"
  fi
}

apply() {
  local address errors known
  install_package iptables iptables iptables-nft
  find_addresses
  find_variant
  install -d -m 0700 "${rules_file%/*}"
  render_rules | write "$rules_file" || true
  bash "$rules_file" || fail "The rules could not be put in force (its words are above)."
  # A family that the server has no address of any more.
  ((${#v4[@]} > 0)) || take_away "iptables$variant"
  ((${#v6[@]} > 0)) || take_away "ip6tables$variant"
  # Which makes systemd read it, too.
  if render_unit | write "$unit_file" || ! systemctl is-enabled --quiet "$unit" 2>/dev/null; then systemctl enable --quiet "$unit"; fi
  errors=$(differences)
  [[ -z $errors ]] || fail "$errors"
  known=("${v4[@]}" "${v6[@]}")
  for address in "${known[@]}"; do
    [[ $(ip route get "$address" 2>/dev/null) != local\ * ]] ||
      say "WARNING: $address is this node itself: what its own pods send there does not pass through FORWARD, and is not dropped."
  done
  say "What pods send to ${known[*]} is dropped (iptables$variant, table mangle, chain $CHAIN), generation $GENERATION"
}

check() {
  local errors
  command -v iptables >/dev/null || fail "there is no iptables on this host"
  find_addresses
  find_variant
  errors=$(differences)
  [[ -z $errors ]] || fail "$errors"
}

withdraw() {
  local program
  for program in {iptables,ip6tables}{,-nft,-legacy}; do
    if command -v "$program" >/dev/null; then take_away "$program"; fi
  done
  if [[ -e $unit_file ]]; then
    systemctl disable --quiet "$unit"
    rm -f "$unit_file"
    systemctl daemon-reload
  fi
  rm -f "$rules_file"
  say "Pods of this node reach ${ADDRESSES[*]} as before"
}
