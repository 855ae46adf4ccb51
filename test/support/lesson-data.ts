import { randomUUID } from "node:crypto";
import type { TestLab } from "./test-lab";

/** Shell scripts that write a value, `$1`, in a pod, and read it. */
interface InPod {
  namespace: string;
  pod: string;
  write: string;
  read: string;
}

const redis = (pod: string): InPod => ({
  namespace: "shiqi",
  pod,
  write: 'redis-cli SET written "$1" && redis-cli SAVE',
  read: "redis-cli GET written",
});

const sql = (statements: string): string =>
  `MYSQL_PWD=$MYSQL_ROOT_PASSWORD $(command -v mysql || command -v mariadb) --user=root --batch --skip-column-names ` +
  `--execute="${statements}"`;

const uploads = "/var/www/html/wp-content/uploads";

const inPods = {
  redisExistingClaim: redis("statefulset-redis-exist-pvc-0"),
  redisTemplate: redis("statefulset-redis-not-exist-pvc-0"),
  redisCsi: redis("redis-csi-0"),
  mysql: {
    namespace: "shiqi",
    pod: "mysql-0",
    write: sql(
      "CREATE DATABASE IF NOT EXISTS lesson; DROP TABLE IF EXISTS lesson.written; CREATE TABLE lesson.written (word CHAR(36)); " +
        "INSERT INTO lesson.written VALUES ('$1');",
    ),
    read: sql("SELECT word FROM lesson.written;"),
  },
  wordpress: {
    namespace: "shiqi",
    pod: "deployment/wordpress-claim",
    write: `echo "$1" > ${uploads}/written`,
    // With the listing a client looks again at what it remembers as missing.
    read: `ls ${uploads} > /dev/null; cat ${uploads}/written`,
  },
} satisfies Record<string, InPod>;

/** Directories on the NAS of static claims that no pod uses. */
const directories = { staticPair: "/nfs/shiqi-redis", share: "/nfs/share" };

/** The last one is a directory as well, to which the provisioner has given a name. */
export type Datum = keyof typeof inPods | keyof typeof directories | "dynamicExample";

const data = [...Object.keys(inPods), ...Object.keys(directories), "dynamicExample"] as Datum[];

/** What students have written into the course's databases and directories. */
export class LessonData {
  private written = "";
  /** What was written last is all there, for sure. */
  private complete = false;

  constructor(private readonly lab: TestLab) {}

  /** Writes a new value everywhere, unless {@link missing} has just found the last one there. */
  async write(): Promise<void> {
    const { complete } = this;
    this.complete = false;
    if (complete) return;
    const value = randomUUID();
    const writes = Object.values<InPod>(inPods).map(({ namespace, pod, write }) =>
      inPod({ namespace, pod }, write, value),
    );
    const printed = await this.lab.ok(["exec", "--", "bash", "-ec", [...writes, printFolder].join("\n")]);
    const onNas = foldersIn(printed).map(([, folder]) => `echo ${value} > ${folder}/written`);
    await this.lab.ssh("nas", ["set -e", ...onNas].join("\n"));
    this.written = value;
  }

  /** Where what was written last is not there any more. */
  async missing(): Promise<Datum[]> {
    const reads = Object.entries<InPod>(inPods).map(
      ([name, { read, ...where }]) => `echo "${name}=$(${inPod(where, read)})"`,
    );
    const fromPods = await this.lab.ok(["exec", "--", "bash", "-c", [...reads, printFolder].join("\n")]);
    const onNas = foldersIn(fromPods).map(([name, folder]) => `echo "${name}=$(cat ${folder}/written)"`);
    const lines = `${fromPods}${await this.lab.ssh("nas", onNas.join("\n"))}`.split("\n");
    const missing = data.filter((name) => !lines.includes(`${name}=${this.written}`));
    this.complete = missing.length === 0;
    return missing;
  }
}

function inPod({ namespace, pod }: Pick<InPod, "namespace" | "pod">, script: string, value = ""): string {
  return `kubectl exec --namespace=${namespace} ${pod} -- sh -c ${quoted(script)} sh ${value}`;
}

/** Prints where the dynamic claim's directory is. */
const printFolder =
  "volume=$(kubectl get pvc pvc-dynamic-example --output=jsonpath={.spec.volumeName})\n" +
  'echo "folder=$(kubectl get pv "$volume" --output=jsonpath={.spec.nfs.path})"';

/** The directories on the NAS, by what {@link printFolder} has printed. */
function foldersIn(printed: string): [string, string][] {
  const folder = /^folder=(\/.+)$/m.exec(printed)?.[1];
  if (folder === undefined) throw new Error(`the dynamic claim has no directory:\n${printed}`);
  return Object.entries({ ...directories, dynamicExample: folder });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
