import { VolumeClass } from "../../../components/storage/volume-class";
import type { Section } from "../section";

/** The class whose claims wait for a pod. It has none here: nobody has made a volume for them. */
export const fastSsd: Section = {
  make({ provider }) {
    const storageClass = new VolumeClass("fast-ssd", { allowVolumeExpansion: true }, { provider });
    return { storageClass: storageClass.className };
  },
};
