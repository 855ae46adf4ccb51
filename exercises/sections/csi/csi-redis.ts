import { persistence } from "../redis/persistence";
import { installedSection } from "./installed-driver";

/** The Redis on a claim of the CSI class. */
export const csiRedis = persistence({
  id: "csi-redis",
  section: "csi",
  mustHave: installedSection,
  title: "Redis on a claim of the CSI class keeps its data when its pod is deleted",
  value: "Hello, Redis CSI!",
  statefulSet: (settings) => settings.csiRedis,
  covers: ["csi-redis"],
});
