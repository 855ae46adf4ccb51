/** What an exercise of one's own is made of: see docs/grading.md. */
export { type Check, defineExercise, type Exercise } from "./runner/exercise";
export { type Hint, NotMet, notThere } from "./runner/not-met";
export { type OwnVolume, ownVolume, type Place } from "./runner/place";
export { type Text } from "./runner/text";
export { Work } from "./runner/work";
export { claimFor, requireBound, reservedVolume } from "./cluster/pair";
export { inPod, readyPod, requireMounted } from "./cluster/student-pod";
export { requireWritten } from "./cluster/written-file";
