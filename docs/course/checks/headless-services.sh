# shellcheck shell=bash
page() {
  expect "members is headless, and publishes Pods that are not ready" \
    "$(field '.spec.clusterIP} {.spec.publishNotReadyAddresses' service members)" "None true" \
    "Change publishNotReadyAddresses in work/$ME/headless-services/service.yaml, and apply it"
  expect "the StatefulSet member names it and has three ready Pods" \
    "$(field '.spec.serviceName} {.status.readyReplicas' statefulset member)" "members 3" "kubectl get pods -n $ME; is the password of step 5 gone?"
  expect "member-1 is a new Pod, and its name leads to its address" \
    "$(is_younger member-1 member-0) $(addresses member-1.members)" "yes $(address_of member-1)" \
    "Step 3: delete the Pod member-1, and wait for the new one"
  expect "DNS returns one address for any-member, the Service's own" "$(addresses any-member)" \
    "$(field .spec.clusterIP service any-member | grep . || echo none)" "Apply work/$ME/headless-services/any-member.yaml"
  # shellcheck disable=SC2016 # for the Pod's shell
  expect "each member, reached by its name, has its own value" \
    "$(in_pod client sh -c 'for i in 0 1 2; do redis-cli -h member-$i.members GET name; done' | paste -sd ' ')" \
    "member-0 member-1 member-2" "Step 4: SET name, in each of them by its own name"
}

homework() {
  expect "both Pods of db are ready" "$(field .status.readyReplicas statefulset db)" 2 "kubectl describe pod db-0 -n $ME"
  expect "the name db-1.db leads to the Pod's own address" "$(addresses db-1.db)" "$(address_of db-1)" \
    "Compare serviceName with kubectl get service -n $ME"
  expect "db is headless, and publishes Pods that are not ready" \
    "$(field '.spec.clusterIP} {.spec.publishNotReadyAddresses' service db)" "None true"
  expect "the StatefulSet is unchanged, and older than the Service db" \
    "$(field '.metadata.generation} {.spec.serviceName' statefulset db) $(is_older db db)" "1 db yes" \
    "Delete both, apply db.yaml, and repair it with a Service alone"
}

addresses() { # the addresses of a name, as the Pod client sees them
  in_pod client getent ahosts "$1" | awk '$2 == "STREAM" { print $1 }' | sort -u | paste -sd ' '
}

address_of() {
  field .status.podIP pod "$1" | grep . || echo none
}

is_younger() { # is_younger POD POD
  local first second
  first=$(field .metadata.creationTimestamp pod "$1")
  second=$(field .metadata.creationTimestamp pod "$2")
  [[ -n $second && $first > $second ]] && echo yes
}

is_older() { # is_older STATEFULSET SERVICE
  local set service
  set=$(field .metadata.creationTimestamp statefulset "$1")
  service=$(field .metadata.creationTimestamp service "$2")
  [[ -n $set && $set < $service ]] && echo yes
}
