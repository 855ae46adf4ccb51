import { WordPressDeployment } from "../workloads/wordpress-deployment";
import { dynamicClaim } from "./dynamic-claim";
import { COURSE_NAMES } from "../course-names";
import type { Section } from "../section";

const names = COURSE_NAMES.wordpress;

/** Why WordPress loses its uploads: the same Deployment on an emptyDir, and on a claim. */
export const wordpress: Section = {
  claims: ({ namespace }) => [{ namespace, name: names.claim }],
  make(context) {
    const { config, namespace, provider } = context;
    const claim = dynamicClaim(context, names.claim, namespace, "ReadWriteMany");
    const make = (deploymentName: string, uploads: "emptyDir" | { claimName: typeof claim.metadata.name }) =>
      new WordPressDeployment(
        deploymentName,
        { deploymentName, namespace, uploads, image: config.wordpressImage, readyWithin: config.readyWithin },
        { provider },
      ).deploymentName;
    return {
      emptyDir: make(names.onEmptyDir, "emptyDir"),
      claim: make(names.onClaim, { claimName: claim.metadata.name }),
    };
  },
};
