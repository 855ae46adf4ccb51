import type { Context, Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { ownedBy, ownName, exerciseNamespace } from "../../cluster/owned";
import { mountPath, startHelper } from "../../cluster/pods";
import { restartContainer } from "../../cluster/restart-container";

const id = "secret-change";

/** The pod and its Secret, in the exercise's own namespace: the course's Secret belongs to its stack. */
const name = "secret";
const key = "word";
const [before, after] = ["before", "after"] as const;

/** Longest wait for a changed Secret to reach the volume, in seconds: the kubelet checks a pod's volumes about once a minute. */
const syncSeconds = 150;

/** One Secret as a volume and as a variable; it is changed while the pod runs. */
export const secretChange: Exercise = {
  id,
  section: "configuration",
  covers: ["secrets"],
  title: "A changed Secret reaches the volume of a running pod, but its environment only when the container restarts",
  proves: "the kubelet updates a Secret's files; a process keeps the environment that it was started with",
  readOnly: false,
  timeoutSeconds: 420,
  touches: () => [`Namespace ${ownName(id)}`],
  async run(context) {
    const { cluster } = context;
    const namespace = await exerciseNamespace(context);
    await cluster.create("Secret", {
      metadata: { name, namespace, labels: ownedBy(id) },
      stringData: { [key]: before },
    });
    await startHelper(context, {
      name,
      namespace,
      volume: { secret: { secretName: name } },
      env: [{ name: "WORD", valueFrom: { secretKeyRef: { name, key } } }],
      restartPolicy: "Always",
    });
    await mustSee(context, namespace, "at the start", { file: before, variable: before });

    await cluster.patch("Secret", name, namespace, { stringData: { [key]: after } });
    // The kubelet checks a changed pod immediately, instead of in its next sync.
    await cluster.patch("Pod", name, namespace, {
      metadata: { annotations: { "storage-lab.example/changed": after } },
    });
    const start = Date.now();
    const options = { seconds: syncSeconds, interval: 2000 };
    await context.until("the changed Secret to reach the volume", options, async () =>
      (await see(context, namespace)).file === after ? true : undefined,
    );
    const seconds = ((Date.now() - start) / 1000).toFixed(0);
    await mustSee(context, namespace, `Secret changed, ${seconds} s later`, { file: after, variable: before });

    await restartContainer(context, namespace, name);
    await mustSee(context, namespace, "container restarted", { file: after, variable: after });
  },
};

interface Seen {
  file: string;
  variable: string;
  /** The directory that replaces the previous one, with all files at the same time. */
  folder: string;
}

async function see(context: Context, namespace: string): Promise<Seen> {
  // A symbolic link leads from `..data` to that folder.
  const output = await context.shell(
    namespace,
    name,
    `cat ${mountPath}/${key}; echo; echo "$WORD"; readlink ${mountPath}/..data`,
  );
  const [file = "", variable = "", folder = ""] = output.split("\n");
  return { file, variable, folder };
}

async function mustSee(
  context: Context,
  namespace: string,
  when: string,
  expected: Pick<Seen, "file" | "variable">,
): Promise<void> {
  const { file, variable, folder } = await see(context, namespace);
  context.saw(when, `volume: ${file} (in ${folder}), environment: ${variable}`);
  if (file !== expected.file) throw new Failure(`${when}, the volume should have ${expected.file}, not ${file}`);
  if (variable !== expected.variable) {
    throw new Failure(`${when}, the environment should have ${expected.variable}, not ${variable}`);
  }
}
