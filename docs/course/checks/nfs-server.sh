# shellcheck shell=bash
in_effect() { on_nas "exportfs -s | grep '^/srv/$ME-$1 '"; }
# The uids that files in a directory belong to: owners DIRECTORY FILE...
owners() { on_nas "cd /srv/$ME-$1 && stat -c %u ${*:2}" | paste -sd ' ' -; }
mode_of() { on_nas "stat -c %a /srv/$ME-$1"; }

page() {
  expect "/srv/$ME-data is in your file, for the network and to write" \
    "$(on_nas "grep '^/srv/$ME-data ' /etc/exports.d/$ME.exports")" "/srv/$ME-data *192.168.110.0/24(*rw,*)*" \
    "Write the line to /etc/exports.d/$ME.exports on the NAS"
  expect "it is in effect, with root squashed" "$(in_effect data)" "*192.168.110.0/24(*rw,*,root_squash,*)" \
    "nas exportfs -ra; step 5 ends with root_squash"
  expect "a file that root of a node made belongs to nobody, one of uid 1000 to 1000" \
    "$(owners data as-root as-1000)" "65534 1000" "Steps 3 and 4"
  expect "only the owner may write to the directory" "$(mode_of data)" 755 "nas chmod 755 /srv/$ME-data"
  expect "/srv/$ME-other is in effect for 10.0.0.1" "$(in_effect other)" "/srv/$ME-other *10.0.0.1(*" "Step 6"
}

homework() {
  local team
  team=$(in_effect team)
  expect "node1 may write, and counts as uid 1000" "$(grep -F ' 192.168.110.11(' <<<"$team")" \
    "*.11(*anonuid=1000*,rw,*,all_squash*" "The line of /srv/$ME-team needs 192.168.110.11(rw,all_squash,anonuid=1000,...)"
  expect "node2 may only read" "$(grep -F ' 192.168.110.12(' <<<"$team")" "*.12(*,ro,*" "192.168.110.12(ro,...)"
  expect "nobody else may mount it" "$(grep -Fc /srv/ <<<"$team") $(grep -F /srv/ <<<"$team" | grep -Evc ' 192\.168\.110\.1[12]\(')" \
    "2 0" "These are its hosts, and how many of them are others: name two hosts, and neither a network nor *."
  expect "the file of node1's root belongs to uid 1000, node2 has none" "$(owners team from-node1 from-node2)" 1000 \
    "Mount it on both nodes as root and try to write"
  expect "only the owner may write to the directory" "$(mode_of team)" 755
}
