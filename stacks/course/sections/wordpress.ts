import { WordPressDeployment } from "../workloads/wordpress-deployment";
import { dynamicClaim } from "./dynamic-claim";
import type { Section } from "../section";

/** Why WordPress loses its uploads: the same Deployment on an emptyDir, and on a claim. */
export const wordpress: Section = {
  claims: ({ namespace }) => [{ namespace, name: "pvc-wordpress" }],
  make(context) {
    const { config, namespace, provider } = context;
    const claim = dynamicClaim(context, "pvc-wordpress", namespace, "ReadWriteMany");
    const make = (deploymentName: string, uploads: "emptyDir" | { claimName: typeof claim.metadata.name }) =>
      new WordPressDeployment(
        deploymentName,
        { deploymentName, namespace, uploads, image: config.wordpressImage, readyWithin: config.readyWithin },
        { provider },
      ).deploymentName;
    return {
      emptyDir: make("wordpress-emptydir", "emptyDir"),
      claim: make("wordpress-claim", { claimName: claim.metadata.name }),
    };
  },
};
