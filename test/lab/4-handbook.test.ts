import { randomUUID } from "node:crypto";
import { blocksOf, errorIn, pageNames, readPage, scriptOf } from "../../docs/course/pages";
import { waitFor } from "../../exercises/runner/wait";
import { changingPart } from "../support/changing-part";
import { measured } from "../support/measured";
import { TestLab } from "../support/test-lab";

const lab = new TestLab();

/** What a page must not leave behind or take away: the cluster's objects and the directories on the NAS. */
async function traces(): Promise<string[]> {
  const kinds =
    "namespaces,persistentvolumes,storageclasses,persistentvolumeclaims,statefulsets,deployments,services,volumeattachments";
  const objects = await lab.kubectl("get", kinds, "--all-namespaces", "--output=name");
  return [...objects.split("\n"), ...(await lab.ssh("nas", "ls /nfs")).split("\n")].filter(Boolean).sort();
}

let before: string[] = [];
beforeAll(async () => {
  before = await traces();
});

test.each(changingPart("pages of the handbook", pageNames(), 4))(
  "%s: every command does what the page says",
  async (name) => {
    const blocks = blocksOf(readPage("en", name));
    const mark = randomUUID();
    const { stdout, stderr, seconds } = await lab.run(["exec", "--", "bash", "-c", scriptOf(blocks, mark)]);
    const error = errorIn(blocks, stdout, mark);
    if (error) throw new Error(`docs/course/en/${name}, ${error}\n${stderr}`);
    measured(`handbook page ${name}`, seconds);
  },
);

test("the cluster and the NAS are as they were", async () => {
  await waitFor("the pages' traces to go", { timeout: 60_000, interval: 2000 }, async () => {
    const now = await traces();
    const different = [
      ...now.filter((each) => !before.includes(each)),
      ...before.filter((each) => !now.includes(each)),
    ];
    return different.length === 0 ? { done: undefined } : { missing: different.join(", ") };
  });
});
