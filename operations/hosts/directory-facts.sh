#!/usr/bin/env bash
# Looks at directories on an NFS server, changes nothing. Values: ROOT, the export; DIRECTORIES, paths below it.
# Prints "address ADDRESS" for each of the host's own, "size BYTES FREE" of the export's file system, "facts OWNER MODE PATH"
# for each directory that is there, and "used BYTES PATH" for each that could be added up in time.
export LC_ALL=C
limit=15

ip -o address show scope global 2>/dev/null | awk '{ sub("/.*", "", $4); print "address " $4 }'
stat -f -c '%S %b %a' -- "$ROOT" 2>/dev/null | awk '{ printf "size %.0f %.0f\n", $1 * $2, $1 * $3 }'
((${#DIRECTORIES[@]} > 0)) || exit 0
# A mount follows links on the server, so what a link leads to counts.
printf '%s\0' "${DIRECTORIES[@]}" | xargs -0 -r stat -L -c 'facts %u:%g %a %n' -- 2>/dev/null
# -l: one that is below another counts in both.
printf '%s\0' "${DIRECTORIES[@]}" | timeout "$limit" xargs -0 -r du -slxD -B1 -- 2>/dev/null | sed 's/^/used /'
exit 0
