import { ClusterIpService, REDIS_PORT } from "../../../components/index";
import type { Section } from "../section";

/** A Service with an address, on the pods that redis-not-exist-pvc gives names: the two kinds side by side. */
export const clusterIpService: Section = {
  make({ namespace, provider }) {
    const service = new ClusterIpService(
      "redis-not-exist-pvc-clusterip",
      {
        serviceName: "redis-not-exist-pvc-clusterip",
        namespace,
        selector: { app: "redis-not-exist-pvc" },
        port: { name: "redis", port: REDIS_PORT },
      },
      { provider },
    );
    return { service: service.serviceName, address: service.clusterIp };
  },
};
