import { Lab } from "../../embedded/cli/lab";
import { Progress } from "../../exercises/runner/progress";
import { TestLab } from "./test-lab";

/** The program tests need hosts, a cluster and an engine, but none of the lab's own stacks. */
export default async function setup(): Promise<void> {
  const { home } = new TestLab();
  await new TestLab().remove();
  const lab = new Lab(new Progress(process.stderr, { live: false }), home);
  await lab.locked("test", async () => {
    await lab.build();
    await lab.sandbox.start(lab.progress);
  });
}
