# shellcheck shell=bash
# A key of the student's Redis: key NAME.
key() {
  in_pod redis-0 redis-cli GET "$1"
}

page() {
  local container='.spec.template.spec.containers[0]' uid writer
  expect "the PVC redis is bound to the PV $ME-redis, which keeps its data" \
    "$(field '.status.phase} {.spec.volumeName' pvc redis) $(field .spec.persistentVolumeReclaimPolicy pv "$ME-redis")" "Bound $ME-redis Retain" \
    "Apply work/$ME/redis-existing-claim/pv.yaml and pvc.yaml"
  expect "redis-0 has your directory of the NAS at /data" "$(in_pod redis-0 grep ' /data ' /proc/mounts)" "*/$ME-redis /data *" \
    "Compare volumes, volumeMounts and the PV's path; kubectl describe pod redis-0 -n $ME"
  expect "the container has requests, limits and both probes as asked" \
    "$(field "$container.resources.requests.cpu} {$container.resources.requests.memory} {$container.resources.limits.cpu} {$container.resources.limits.memory} {$container.livenessProbe.tcpSocket.port} {$container.readinessProbe.exec.command[0]" statefulset redis)" \
    "100m 64Mi 100m 128Mi @(redis|6379) redis-cli" "Compare with work/$ME/redis-existing-claim/statefulset.yaml"
  expect "redis-0 has its name in the DNS of a headless Service" \
    "$(field .spec.clusterIP service redis) $(in_pod redis-0 sh -c "redis-cli -h redis-0.redis.$ME.svc PING")" "None PONG" \
    "The Service's name must be the StatefulSet's serviceName, and its selector the Pods' label"
  uid=$(field .metadata.uid pod redis-0)
  writer=$(key writer)
  expect "the data is older than the Pod: an earlier redis-0 wrote its uid into it" \
    "$([[ $uid != "$writer" && $(key testkey) = "Hello, Redis!" ]] && echo "$writer")" '????????-*-*-*-?*' \
    "Set testkey and writer, delete the Pod redis-0, and wait for the new one"
  expect "one Redis has the PVC now" "$(field '.spec.replicas} {.status.readyReplicas' statefulset redis)" "1 1" \
    "kubectl scale statefulset/redis -n $ME --replicas=1"
}

homework() {
  local set started state='.status.containerStatuses[0]'
  expect "the StatefulSet starts Redis with --appendonly yes" \
    "$(field '.spec.template.spec.containers[0].args[*]} {.spec.template.spec.containers[0].command[*]' statefulset redis) $(in_pod redis-0 redis-cli CONFIG GET appendonly | tail -n 1)" \
    "*--appendonly yes*yes" "args in the manifest; then kubectl rollout status statefulset/redis -n $ME"
  expect "the append-only file is on the NAS" "$(on_nas ls "${NAS_PATH:-/nfs}/$ME-redis/appendonlydir" | grep -c incr)" '[1-9]*' \
    "docs/course/check redis-existing-claim must pass first"
  expect "what was there is still there" "$(key testkey)" "Hello, Redis!" \
    "Redis started with the option before there was an append-only file. Begin again: SET testkey and CONFIG SET appendonly yes"
  # A key that was set after the kill proves nothing.
  set=$(key before-kill)
  started=$(date -d "$(field "$state.state.running.startedAt" pod redis-0)" +%s 2>/dev/null)
  expect "Redis was killed, and has what was set before" \
    "$(field "$state.lastState.terminated.exitCode" pod redis-0) $([[ $set =~ ^[0-9]+$ && $set -lt ${started:-0} ]] && echo kept)" "137 kept" \
    "SET before-kill to the time, wait two seconds, kill Redis as in step 5"
}
