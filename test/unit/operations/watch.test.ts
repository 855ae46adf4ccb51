import { Failure } from "../../../exercises/runner/failure";
import { Fixes } from "../../../operations/restore/fixes";
import { applyWatched } from "../../../operations/restore/watch";
import type { Lab } from "../../../operations/lab";
import { courseOf, labOf, namespace, NotedStep, pod, smallCluster } from "./small-lab";

jest.mock("node:timers/promises", () => ({
  // Looks follow each other at once; the clock is set by the test.
  setTimeout: (_ms: number, value: unknown, { signal }: { signal: AbortSignal }) =>
    new Promise((resolve, reject) => {
      setImmediate(() => (signal.aborted ? reject(new Error("aborted")) : resolve(value)));
    }),
}));

const making = {
  type: "creating",
  resource: { urn: "urn::app", type: "kubernetes:core/v1:Pod", inputs: { metadata: { name: "app", namespace } } },
};
const stuck = {
  containerStatuses: [{ name: "c", state: { waiting: { reason: "ErrImagePull", message: "none" } } } as never],
};

/** A lab whose `pulumi up` ends when it is interrupted, or with what a test says. */
function busyLab(change: (signal: AbortSignal) => Promise<void>): Lab {
  const stack = courseOf();
  const pulumi = {
    state: () => Promise.resolve({ resources: [], pending_operations: [making] }),
    change: (_name: string, _verb: string, _step: unknown, { signal }: { signal: AbortSignal }) => change(signal),
  };
  return labOf(smallCluster().add("Pod", pod("app", stuck)), [stack], { pulumi });
}
const untilInterrupted = (signal: AbortSignal) =>
  new Promise<void>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Failure("pulumi up of course failed")));
  });
const apply = (lab: Lab) => applyWatched(lab, lab.stacks[0]!, [], new Fixes(lab), new NotedStep());

afterEach(() => jest.restoreAllMocks());

test("Pulumi that waits in vain is interrupted, with the cause and the verb that goes on", async () => {
  let at = 0;
  jest.spyOn(Date, "now").mockImplementation(() => (at += 1000));
  await expect(apply(busyLab(untilInterrupted))).rejects.toMatchObject({
    message: expect.stringContaining("✗ Pod shiqi/app: Pod shiqi/app cannot start: ErrImagePull: none") as string,
    remedy: expect.stringContaining("run up again") as string,
  });
});

test("what Pulumi says itself is told where nothing was found", async () => {
  const lab = busyLab(() => Promise.reject(new Failure("pulumi up of course failed: quota")));
  await expect(apply(lab)).rejects.toThrow("pulumi up of course failed: quota");
});

test("a run that succeeds is not disturbed", async () => {
  await apply(busyLab(() => Promise.resolve()));
});

test("an API server that does not answer for a while neither ends the run nor the watch", async () => {
  let at = 0;
  jest.spyOn(Date, "now").mockImplementation(() => (at += 1000));
  const lab = busyLab(untilInterrupted);
  jest.spyOn(lab.cluster, "listAny").mockRejectedValueOnce(new Failure("cannot list Pods: no answer"));
  await expect(apply(lab)).rejects.toThrow("cannot start: ErrImagePull: none");
}, 10_000);
