import { VolumeClass } from "../../components/storage/VolumeClass";
import type { Section } from "./stage";

/** The class whose claims wait for a pod. It has none here: nobody has made a volume for them. */
export const fastSsd: Section = {
  make({ provider }) {
    const storageClass = new VolumeClass("fast-ssd", { allowVolumeExpansion: true }, { provider });
    return { storageClass: storageClass.className };
  },
};
