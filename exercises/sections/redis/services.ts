import type { Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { aboutAddresses, aboutRedis, aboutService, readyAddresses } from "../../cluster/dns-queries";
import { ownName } from "../../cluster/owned";
import { startHelper } from "../../cluster/pods";
import { queryUntilRight } from "../../cluster/pod-queries";
import { redisSet } from "../../cluster/redis-set";

const id = "services";

/** Longest wait for DNS and the nodes' rules to follow the pods, in seconds. */
const answerSeconds = 60;

/** Two Services for the same pods: what DNS returns for each. */
export const services: Exercise = {
  id,
  section: "redis",
  covers: ["cluster-ip"],
  title: "For a headless Service DNS returns the pods' addresses, for a ClusterIP Service its own address",
  proves:
    "with a headless Service the client chooses the pod; with a ClusterIP the cluster chooses, and pods have no names",
  readOnly: false,
  timeoutSeconds: 300,
  touches: ({ courseNamespace, redisTemplate, clusterIpService }) => [
    `StatefulSet ${courseNamespace}/${redisTemplate}`,
    `Service ${courseNamespace}/${clusterIpService}`,
  ],
  async run(context) {
    const { courseNamespace: namespace, clusterDomain, clusterIpService, redisTemplate } = context.settings;
    const service = await context.mustFind("Service", clusterIpService, namespace);
    const address = service.spec?.clusterIP ?? "";
    if (!/^[\d.]+$/.test(address)) {
      throw new Failure(`Service ${namespace}/${clusterIpService} should have an address, but clusterIP is ${address}`);
    }
    const name = `${clusterIpService}.${namespace}.svc.${clusterDomain}`;

    const helper = ownName(id);
    await startHelper(context, { name: helper, namespace });
    const [headless, own, pong, below] = await queryUntilRight(
      context,
      { namespace, pod: helper },
      answerSeconds,
      async () => {
        const set = await redisSet(context, redisTemplate);
        const ready = readyAddresses(set.pods);
        return [
          aboutService(context, set),
          aboutAddresses(name, [address]),
          aboutRedis(name, ready),
          aboutAddresses(`${redisTemplate}-0.${name}`, []),
        ];
      },
    );
    context.saw("headless: the pods' addresses", headless ?? "");
    context.saw("ClusterIP: the Service's own", own ?? "");
    context.saw("a connection to it reaches a pod", pong ?? "");
    context.saw("no pod has a name below it", below ?? "");
  },
};
