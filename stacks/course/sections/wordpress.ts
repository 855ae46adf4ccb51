import { WordPressDeployment } from "../workloads/wordpress-deployment";
import { dynamicClaim } from "./dynamic-claim";
import { COURSE_NAMES } from "../course-names";
import type { Section } from "../section";

/** Why WordPress loses its uploads: the same Deployment on an emptyDir, and on a claim. */
export const wordpress: Section = {
  claims: (_, { namespace, wordpress: { claim: name } }) => [{ namespace, name }],
  make(context) {
    const { config, namespace, provider } = context;
    const names = context.names.wordpress;
    const claim = dynamicClaim(context, COURSE_NAMES.wordpress.claim, names.claim, namespace, "ReadWriteMany");
    const make = (
      resourceName: string,
      deploymentName: string,
      uploads: "emptyDir" | { claimName: typeof claim.metadata.name },
    ) =>
      new WordPressDeployment(
        resourceName,
        { deploymentName, namespace, uploads, image: config.wordpressImage, readyWithin: config.readyWithin },
        { provider },
      ).deploymentName;
    return {
      emptyDir: make(COURSE_NAMES.wordpress.onEmptyDir, names.onEmptyDir, "emptyDir"),
      claim: make(COURSE_NAMES.wordpress.onClaim, names.onClaim, { claimName: claim.metadata.name }),
    };
  },
};
