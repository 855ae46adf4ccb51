import type { Context, Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { ownName } from "../../cluster/owned";
import { mountPath, startHelper } from "../../cluster/pods";
import { redisCli, redisSet } from "../../cluster/redis-set";
import { restartContainer } from "../../cluster/restart-container";

const id = "redis-shutdown";

/**
 * What Redis saves when it is ended by SIGTERM, as when a pod is deleted, and loses by SIGKILL, as when memory runs out or a node
 * fails. In a pod of its own, whose volume the container that is started again finds.
 */
export const redisShutdown: Exercise = {
  id,
  section: "redis",
  covers: ["persistence"],
  title: "Redis saves when it is asked to end, and loses what was not saved when it is killed",
  proves: "with save points, which Redis has by default, SIGTERM makes it save; SIGKILL leaves it no time to",
  readOnly: false,
  timeoutSeconds: 420,
  touches: ({ courseNamespace }) => [`Pod ${courseNamespace}/${ownName(id)}`],
  async run(context) {
    const name = ownName(id);
    const { courseNamespace: namespace, redisExistingClaim } = context.settings;
    const { set } = await redisSet(context, redisExistingClaim);
    const image = set.spec?.template.spec?.containers[0]?.image ?? "";
    // Not the container's first process, which a signal from within the container cannot kill.
    const command = ["sh", "-c", `trap : TERM; redis-server --dir ${mountPath}; exit 0`];
    await startHelper(context, {
      name,
      namespace,
      volume: { emptyDir: {} },
      restartPolicy: "Always",
      program: { image, command },
    });
    await waitForRedis(context, namespace, name);
    const [, points = ""] = await redisCli(context, namespace, name, ["CONFIG GET save"]);
    context.saw("save points", points || "none");

    for (const [key, signal, kept] of [
      ["asked", "TERM", "1"],
      ["killed", "KILL", "0"],
    ] as const) {
      await redisCli(context, namespace, name, [`SET ${key} 1`]);
      await end(context, namespace, name, signal);
      const [found = ""] = await redisCli(context, namespace, name, [`EXISTS ${key}`]);
      context.saw(`set, not saved, ended by SIG${signal}`, found === "1" ? "the key is there" : "the key is lost");
      if (found !== kept) {
        throw new Failure(
          `after SIG${signal} the key should be ${kept === "1" ? "there" : "lost"}, and EXISTS answers ${found}`,
        );
      }
    }
  },
};

/** Sends a signal to Redis, and waits until the kubelet has started its container again. */
async function end(context: Context, namespace: string, name: string, signal: "TERM" | "KILL"): Promise<void> {
  const processId = "redis-cli INFO server | sed -n 's/^process_id:\\([0-9]*\\).*/\\1/p'";
  await restartContainer(context, namespace, name, `kill -${signal} $(${processId})`);
  await waitForRedis(context, namespace, name);
}

/** A container without a readiness probe is Ready as soon as it runs, before Redis answers. */
async function waitForRedis(context: Context, namespace: string, name: string): Promise<void> {
  const ping = "i=0; until redis-cli PING | grep -q PONG; do i=$((i + 1)); [ $i -lt 30 ] || exit 1; sleep 1; done";
  await context.shell(namespace, name, ping);
}
