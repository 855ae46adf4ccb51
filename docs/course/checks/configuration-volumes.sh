# shellcheck shell=bash
page() {
  local secret
  expect "/projected-volume of the Pod configured has what five sources put there" \
    "$(in_pod configured sh -c 'cd /projected-volume && echo * && cat username.txt labels' | tr '\n' ' ')" \
    'app.properties labels password.txt token username.txt ?*app="configured"*' "Apply the manifests, and pod.yaml last"
  secret=$(field .data.pass secret mysecret | base64 -d)
  expect "/etc/mysecret/pass has the Secret's value" "$(in_pod configured cat /etc/mysecret/pass)" "$(literal "$secret")" \
    "After a change, wait until the kubelet has looked"
  # shellcheck disable=SC2016 # the container's variables
  expect "the environment and /etc/pass-once still have an older one" \
    "$(in_pod configured sh -c 'old=$(cat /etc/pass-once); [ "$MY_SECRET_PASS" = "$old" ] && [ "$(cat /etc/mysecret/pass)" != "$old" ] && echo older')" \
    older "Change the Secret while the Pod runs, and wait until the kubelet has looked"
}

homework() {
  local secret
  secret=$(field .data.pass secret later | base64 -d)
  expect "/run/db/password has the password of the Secret later" "$(in_pod reader cat /run/db/password)" "$(literal "$secret")" \
    "Which Secret, which key and which path has the volume?"
  expect "it is the only file, and only its owner may read it" \
    "$(in_pod reader sh -c 'cd /run/db && echo * && stat -L -c %a *' | tr '\n' ' ')" "password 400 " "items, and defaultMode"
  expect "the Secret has another key, and is younger than the Pod" \
    "$(field .data secret later | grep -q '":.*":' && [[ $(field .metadata.creationTimestamp secret later) > $(field .status.startTime pod reader) ]] && echo younger)" \
    younger "Create the Pod first, and then the Secret"
}
