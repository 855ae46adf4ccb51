import type { Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { aboutSet } from "../../cluster/dns-queries";
import { ownName } from "../../cluster/owned";
import { startHelper } from "../../cluster/pods";
import { queryUntilRight } from "../../cluster/pod-queries";
import { redisSet } from "../../cluster/redis-set";
import { boundPair, claimMountedAt } from "../../cluster/volumes";
import { readyWorkload } from "../../cluster/workloads";

const id = "redis-headless";

/** Longest wait for DNS to return the pods, in seconds. */
const dnsSeconds = 60;

/** The course's example pair of a StatefulSet with a template and its headless Service. */
export const redisHeadless: Exercise = {
  id,
  section: "redis",
  covers: ["redis-headless", "headless-services"],
  title: "The example redis-headless replies to PING under its pods' names, each pod with its own claim",
  proves: "a template creates <template>-<pod> for each replica, and the headless Service gives each replica a name",
  readOnly: false,
  timeoutSeconds: 420,
  touches: ({ exampleNamespace, redisHeadless: name }) => [`StatefulSet ${exampleNamespace}/${name}`],
  async run(context) {
    const { exampleNamespace: namespace, redisHeadless: name, redisHeadlessService } = context.settings;
    const { pods, object } = await readyWorkload(context, { kind: "StatefulSet", namespace, name });
    if (object.spec.serviceName !== redisHeadlessService) {
      throw new Failure(
        `serviceName of StatefulSet ${namespace}/${name} is ${object.spec.serviceName}, not ${redisHeadlessService}`,
      );
    }
    const template = object.spec.volumeClaimTemplates?.[0]?.metadata?.name;
    for (const pod of pods) {
      const claimName = `${template}-${pod.metadata?.name}`;
      const mounted = claimMountedAt(pod, "/data");
      if (mounted !== claimName) {
        throw new Failure(`Pod ${pod.metadata?.name} should have the claim ${claimName} at /data, but has ${mounted}`);
      }
      const { claim, volume } = await boundPair(context, namespace, claimName);
      context.saw(`claim ${claimName}`, `volume ${volume.metadata?.name} of class ${claim.spec?.storageClassName}`);
    }

    const helper = ownName(id);
    await startHelper(context, { name: helper, namespace });
    const asked = await queryUntilRight(context, { namespace, pod: helper }, dnsSeconds, async () =>
      aboutSet(context, await redisSet(context, name, namespace)),
    );
    for (const line of asked) context.saw("from another pod", line);
  },
};
