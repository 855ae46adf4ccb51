import { ClusterIpService, REDIS_PORT } from "../../../components/index";
import { COURSE_NAMES } from "../course-names";
import type { Section } from "../section";

/** A Service with an address, on the pods that the headless Service of redisTemplate gives names: the two kinds side by side. */
export const clusterIpService: Section = {
  make({ names, namespace, provider }) {
    const service = new ClusterIpService(
      COURSE_NAMES.clusterIpService.service,
      {
        serviceName: names.clusterIpService.service,
        namespace,
        selector: { app: names.redisTemplate.service },
        port: { name: "redis", port: REDIS_PORT },
      },
      { provider },
    );
    return { service: service.serviceName, address: service.clusterIp };
  },
};
