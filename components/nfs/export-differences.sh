#!/usr/bin/env bash
# The scripts are joined (script-text.ts): what one sets, another one uses.
# shellcheck disable=SC2034,SC2153,SC2154
# Is exported what was asked for, to each client with its options? Values: EXPORT_PATH, CLIENTS, OPTIONS, CLIENT_OPTIONS.

# addresses_of HOST: one a line. A server of names that does not answer is not waited for long.
addresses_of() {
  if is_verbatim "$1"; then echo "$1"; else timeout 3 getent ahosts "$1" | awk '{ print $1 }' | sort -u || true; fi
}

# line_of CLIENT LINES: the client's line, "CLIENT OPTIONS". A host may be there under another name, or one of its addresses.
line_of() {
  local client options addresses=
  while read -r client options; do
    if [[ ${client,,} == "${1,,}" ]]; then
      printf '%s' "$client $options"
      return
    fi
  done <<<"$2"
  [[ $1 != */* && $1 != *[]@*?[]* ]] || return 1
  while read -r client options; do
    if [[ -z $client ]] || is_verbatim "$client"; then continue; fi
    addresses=${addresses:-$(addresses_of "$1")}
    [[ -n $addresses ]] || return 1
    if addresses_of "$client" | grep -qixF -- "$addresses"; then
      printf '%s' "$client $options"
      return
    fi
  done <<<"$2"
  return 1
}

# Reads lines "CLIENT ASKED IN-FORCE", with options joined by commas, and prints which ones are not in force. The server's
# table names all options, and those that may differ by security flavour once more behind each "sec=".
option_differences() {
  awk '
    function usual(option,   name, value) {
      name = option
      sub(/=.*/, "", name)
      value = substr(option, length(name) + 2)
      if (name in alias) name = alias[name]
      if (name == "fsid" && value == "root") value = 0
      # The table has numbers with a sign.
      if (name ~ /^(anonuid|anongid|fsid)$/ && value ~ /^-[0-9]+$/) value = sprintf("%.0f", value + 4294967296)
      return option ~ /=/ ? name "=" value : name
    }
    function set(options, key, option) {
      if (!(key in options)) {
        options[0]++
        options[options[0]] = key
      }
      options[key] = option
    }
    # Two options with the same key exclude each other.
    function read_in(list, options,   part, count, i, j, option, key, flavours, flavour) {
      split("", options)
      options[0] = 0
      for (key in default_of) set(options, key, default_of[key])
      count = split(list (list ~ /(^|,)sec=/ ? "" : ",sec=sys"), part, ",")
      for (i = 1; i <= count; i++) {
        option = usual(part[i])
        key = option
        sub(/=.*/, "", key)
        if (key in key_of) key = key_of[key]
        if (key == "sec") {
          flavours = split(substr(option, 5), flavour, ":")
          for (j = 1; j <= flavours; j++) if (!("sec=" flavour[j] in options)) {
            set(options, "sec=" flavour[j], "sec=" flavour[j])
            for (key in varies) set(options, flavour[j] " " key, options[key])
          }
        } else {
          set(options, key, option)
          if (key in varies) for (j = 1; j <= flavours; j++) set(options, flavour[j] " " key, option)
        }
      }
    }
    BEGIN {
      alias["auth_nlm"] = "secure_locks"; alias["no_auth_nlm"] = "insecure_locks"; alias["mp"] = "mountpoint"
      pairs = "rw ro sync async secure insecure root_squash no_root_squash all_squash no_all_squash subtree_check"
      pairs = pairs " no_subtree_check wdelay no_wdelay hide nohide crossmnt nocrossmnt acl no_acl pnfs no_pnfs secure_locks insecure_locks"
      count = split(pairs, pair, " ")
      for (i = 1; i < count; i += 2) key_of[pair[i]] = key_of[pair[i + 1]] = pair[i]
      default_of["rw"] = "ro"; default_of["secure"] = "secure"; default_of["sync"] = "sync"
      default_of["root_squash"] = "root_squash"; default_of["all_squash"] = "no_all_squash"
      default_of["reexport"] = "reexport=none"
      varies["rw"]; varies["secure"]; varies["root_squash"]; varies["all_squash"]
    }
    NF > 1 {
      read_in($2, asked)
      read_in($3, found)
      said = ""
      for (i = 1; i <= asked[0]; i++) {
        key = asked[i]
        if (key in varies || found[key] == asked[key] || index(said, " " asked[key] " ")) continue
        # Of a flavour that is not in force, its own options are not either.
        if (key ~ / / && found["sec=" substr(key, 1, index(key, " ") - 1)] == "") continue
        said = said " " asked[key] " "
        print $1 ": option " asked[key] " is not in force" (found[key] == "" ? "" : ", but " found[key])
      }
      for (i = 1; i <= found[0]; i++)
        if (found[i] ~ /^sec=/ && !(found[i] in asked)) print $1 ": " found[i] " is in force too, which was not asked for"
    }'
}

# Prints what differs. Of names that this host cannot resolve only the number is compared, and their options where it is plain
# which are meant. Clients that were added by hand are others'.
differences() {
  local effective client options line i claimed=' ' unknown=0 asked=() left=() pairs=
  effective=$(in_force "$EXPORT_PATH")
  for i in "${!CLIENTS[@]}"; do
    client=${CLIENTS[i]}
    options=$(options_of "$i")
    if line=$(line_of "$client" "$effective"); then
      claimed+="${line%% *} "
      pairs+="$client $options ${line##* }"$'\n'
    elif is_verbatim "$client"; then
      printf '%s is not exported to %s\n' "$EXPORT_PATH" "$client"
    else
      unknown=$((unknown + 1))
      [[ " ${asked[*]-} " == *" $options "* ]] || asked+=("$options")
    fi
  done
  while read -r client options; do
    if [[ -z $client || $claimed == *" $client "* ]] || is_verbatim "$client"; then continue; fi
    left+=("$client $options")
  done <<<"$effective"
  if ((unknown == ${#left[@]} && ${#asked[@]} == 1)); then
    for line in "${left[@]}"; do pairs+="${line%% *} ${asked[0]} ${line##* }"$'\n'; done
  fi
  option_differences <<<"$pairs"
  ((unknown <= ${#left[@]})) || printf '%s is not exported to %s of the hosts named; exported are:\n%s\n' \
    "$EXPORT_PATH" "$((unknown - ${#left[@]}))" "${effective:-none}"
}
