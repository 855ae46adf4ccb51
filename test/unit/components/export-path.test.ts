import { defaultExportName } from "../../../components/nfs/export-path";

test.each([
  ["/nfs", "storage-lab-nfs"],
  ["/srv/class-a", "storage-lab-srv-class_-a"],
  ["/srv/class_a", "storage-lab-srv-class__a"],
  ["/srv/v1.2/@home", "storage-lab-srv-v1.2-_40home"],
])("%s → %s", (path, name) => {
  expect(defaultExportName(path)).toBe(name);
});

test("no two paths have the same one", () => {
  // Every path of up to five of the characters that are written otherwise, or that they are written with.
  const alphabet = [..."/-_@%402"];
  let paths = [""];
  const all = new Set<string>();
  for (let length = 1; length <= 5; length++) {
    paths = paths.flatMap((path) => alphabet.map((character) => path + character));
    paths.forEach((path) => all.add(defaultExportName(`/${path}`)));
  }
  expect(all.size).toBe(8 + 8 ** 2 + 8 ** 3 + 8 ** 4 + 8 ** 5);
});
