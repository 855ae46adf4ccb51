import { type Act, type Command, kubectl, type Place } from "./act";

// From a pod of the student: the NAS past the kubelet, the cluster's own programs, another student's Redis.

const SILENCE = /no answer within \d+ s/;

/** What a shell runs, for so many seconds at the most. */
const within = (seconds: number, text: string) =>
  `timeout -k 1 ${seconds} ${text} || { [ $? -lt 124 ] || echo "no answer within ${seconds} s" >&2; exit 1; }`;

const connect = (host: string, port: number) => within(3, `bash -c 'exec 3<>/dev/tcp/${host}/${port}'`);

const forbidden = (
  id: string,
  what: string,
  command: (place: Place) => Command,
  refusal: RegExp,
  control: Act["control"],
): Act => ({
  id: `inside-${id}`,
  what: `from a pod: ${what}`,
  kind: "forbidden",
  as: "pod",
  command,
  refusal,
  control,
});

/** What a node may do, which shows that it leads to the goal where no firewall is in the way. */
function nas(id: string, what: string, text: (place: Place) => string): Act {
  const command = (place: Place) => ({ text: text(place) });
  return forbidden(id, what, command, SILENCE, { as: "node", command });
}

const nasPort = (port: number, what: string) =>
  nas(`nas-${port}`, `the NAS's port ${port} (${what}) reached`, ({ server }) => connect(server, port));

/** For a client that asks nothing of the kernel. */
const url = ({ server, path }: Place, rest: string, version: 3 | 4) =>
  `'nfs://${server}${path}${rest}?version=${version}'`;

const list = (version: 3 | 4) =>
  nas(`nas-list-${version}`, `the class's directory listed with NFSv${version}`, (place) =>
    within(6, `nfs-ls ${url(place, "/", version)}`),
  );

/** With the token that is in every pod, which opens the pods' own account. */
const KUBELET = "/api/v1/nodes";
const kubelet = (id: string, what: string, access: (place: Place) => string, refusal: RegExp): Act => ({
  id: `inside-${id}`,
  what,
  kind: "forbidden",
  as: "student",
  command: (place) =>
    kubectl(
      `get --raw /pods --server=https://${place.nodeAddress}:10250 --insecure-skip-tls-verify --kubeconfig=/dev/null ${access(place)}`,
    ),
  refusal,
  control: { as: "administrator", command: ({ node }) => kubectl(`get --raw ${KUBELET}/${node}/proxy/pods`) },
});

const podToken = ({ own }: Place) =>
  `--token="$(kubectl exec -n ${own} inside -c nfs -- cat /var/run/secrets/kubernetes.io/serviceaccount/token)"`;

/** Asks Redis, which ends well also where it refuses. */
const redis = (words: string): Command => ({
  text: `said=$(timeout 20 redis-cli ${words} ping 2>&1); echo "$said"; [[ $said == *PONG* ]]`,
  container: "redis",
});

/** Address of a student's Redis in the cluster. */
const redisOf = (namespace: string) => `redis-static-0.redis-static.${namespace}.svc.cluster.local`;

/** Where nothing enforces a NetworkPolicy, the password alone keeps others out. */
const othersRedis = (id: string, what: string, words: string, refusal: RegExp): Act =>
  forbidden(
    `redis-${id}`,
    `another student's Redis asked ${what}`,
    ({ other }) => redis(`-h ${redisOf(other)} ${words}`),
    refusal,
    { as: "administrator", command: ({ other }) => kubectl(`exec -n ${other} redis-static-0 -- redis-cli ping`) },
  );

export const networkAttacks: Act[] = [
  nasPort(2049, "NFS"),
  nasPort(111, "rpcbind"),
  nasPort(22, "SSH"),
  nas("nas-exports", "the NAS's exports listed", ({ server }) => within(6, `nfs-ls -D 'nfs://${server}'`)),
  list(3),
  list(4),
  nas("nas-write", "a file written into another student's directory", (place) =>
    within(6, `nfs-cp /etc/passwd ${url(place, `/${place.other}/own-1/left`, 4)}`),
  ),
  forbidden(
    "etcd",
    "the cluster's database reached",
    ({ controlPlane }) => ({ text: connect(controlPlane, 2379) }),
    /Connection refused|no answer within/,
    { as: "administrator", command: () => ({ text: connect("127.0.0.1", 2379) }) },
  ),
  kubelet(
    "kubelet",
    "the kubelet asked for all pods of its node, with an invented token",
    () => "--token=mine",
    /must be logged in to the server|Unauthorized/,
  ),
  kubelet("kubelet-token", "the kubelet asked for all pods of its node, with a pod's token", podToken, /Forbidden/),
  othersRedis("open", "without a password", "", /NOAUTH/),
  othersRedis("guess", "with a guessed password", "--no-auth-warning -a redis", /WRONGPASS/),
];

/** What a student's own pod reaches. */
export const networkLessons: Act[] = [
  {
    id: "inside-own-redis",
    what: "from a pod: one's own Redis, with its password",
    kind: "allowed",
    as: "student",
    command: ({ own }) => ({
      text:
        `kubectl exec -n ${own} inside -c redis -- redis-cli -h ${redisOf(own)} --no-auth-warning ` +
        `-a "$(kubectl get secret redis -n ${own} -o jsonpath='{.data.password}' | base64 -d)" ping | grep PONG`,
    }),
  },
  {
    id: "inside-dns",
    what: "from a pod: a name of the cluster resolved",
    kind: "allowed",
    as: "pod",
    command: () => ({ text: "getent hosts kubernetes.default.svc.cluster.local" }),
  },
];
