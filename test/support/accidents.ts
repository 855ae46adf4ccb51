import type { Accident } from "./accidents/accident";
import { csiAccidents } from "./accidents/csi-accidents";
import { hostAccidents } from "./accidents/host-accidents";
import { objectAccidents } from "./accidents/object-accidents";
import { volumeAccidents } from "./accidents/volume-accidents";
import { workloadAccidents } from "./accidents/workload-accidents";

/** What students do to a lab; `up` has to end proven after each, alone and in any sequence. */
export const accidents: Accident[] = [
  ...volumeAccidents,
  ...workloadAccidents,
  ...objectAccidents,
  ...csiAccidents,
  ...hostAccidents,
];
