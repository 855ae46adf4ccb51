import { ClusterIpService, REDIS_PORT } from "../../../components/index";
import { COURSE_NAMES } from "../course-names";
import type { Section } from "../section";

const { service: serviceName } = COURSE_NAMES.clusterIpService;

/** A Service with an address, on the pods that the headless Service of redisTemplate gives names: the two kinds side by side. */
export const clusterIpService: Section = {
  make({ namespace, provider }) {
    const service = new ClusterIpService(
      serviceName,
      {
        serviceName,
        namespace,
        selector: { app: COURSE_NAMES.redisTemplate.service },
        port: { name: "redis", port: REDIS_PORT },
      },
      { provider },
    );
    return { service: service.serviceName, address: service.clusterIp };
  },
};
