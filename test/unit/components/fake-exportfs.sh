#!/usr/bin/env bash
# shellcheck disable=SC2030,SC2031 # the loops in pipelines are meant to keep their variables
# An exportfs for a fake host: with the table below ROOT it does what the real one does with its own. -ra makes it what the
# files say, -i -o OPTIONS CLIENT:PATH... and -u CLIENT:PATH... put in and take out lines, -f empties the kernel's table.
# The option `bogus` is unknown to it.
etab="$ROOT/var/lib/nfs/etab"
mkdir -p "$ROOT/var/lib/nfs"
[[ -e $etab ]] || : >"$etab"

bogus() {
  echo 'exportfs: unknown keyword "bogus"' >&2
  exit 1
}

# Sets client and path, as it is in the table; an IPv6 client is in brackets.
split() {
  path=/${1#*:/}
  client=${1%":$path"}
  path=${path// /\\040}
  client=${client/\[/}
  client=${client/\]/}
}

# Prints the table without the line of client and path.
others() {
  LISTED=$path awk -F'\t' -v client="$client" \
    '{ split($2, part, "(") } !($1 == ENVIRON["LISTED"] && tolower(part[1]) == tolower(client))' "$etab"
}

case $* in
  -ra)
    ! grep -hs bogus "$ROOT"/etc/exports.d/*.exports || bogus
    for file in "$ROOT/etc/exports" "$ROOT"/etc/exports.d/*.exports; do
      [[ -e $file ]] || continue
      grep -v '^#' "$file" | while read -r path clients; do
        for client in $clients; do printf '%s\t%s\n' "$path" "${client/)/,secure,wdelay)}"; done
      done
    done >"$etab"
    ;;
  '-i -o '*)
    options=$3
    shift 3
    [[ $options != *bogus* ]] || bogus
    for target; do
      split "$target"
      table=$(others)
      printf '%s%s\t%s(%s,secure,wdelay)\n' "${table:+$table$'\n'}" "$path" "$client" "$options" >"$etab"
    done
    ;;
  '-u '*)
    shift
    for target; do
      split "$target"
      table=$(others)
      [[ $table != "$(cat "$etab")" ]] || echo "exportfs: Could not find '$client:$path' to unexport." >&2
      printf '%s' "${table:+$table$'\n'}" >"$etab"
    done
    ;;
  -f) [[ ! -e $ROOT/proc/net/rpc/nfsd.fh/content ]] || : >"$ROOT/proc/net/rpc/nfsd.fh/content" ;;
  *)
    echo "exportfs: $* is not faked" >&2
    exit 2
    ;;
esac
