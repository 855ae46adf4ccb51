import { absolutePathError, defaultExportName, exportPathError } from "../../../components/nfs/export-path";

test.each([
  ["/nfs", "storage-lab-nfs"],
  ["/srv/class-a", "storage-lab-srv-class_-a"],
  ["/srv/class_a", "storage-lab-srv-class__a"],
  ["/srv/v1.2/@home", "storage-lab-srv-v1.2-_40home"],
  ["/srv/my data", "storage-lab-srv-my_20data"],
  ["/srv/é1", "storage-lab-srv-_c3_a91"],
  ["/srv/数据", "storage-lab-srv-_e6_95_b0_e6_8d_ae"],
])("%s → %s", (path, name) => {
  expect(defaultExportName(path)).toBe(name);
});

test("no two paths have the same one", () => {
  // Every path of up to five of the characters that are written otherwise, or that they are written with.
  const alphabet = [..."/-_@ 402"];
  let paths = [""];
  const all = new Set<string>();
  for (let length = 1; length <= 5; length++) {
    paths = paths.flatMap((path) => alphabet.map((character) => path + character));
    paths.forEach((path) => all.add(defaultExportName(`/${path}`)));
  }
  expect(all.size).toBe(8 + 8 ** 2 + 8 ** 3 + 8 ** 4 + 8 ** 5);
});

test.each(["/srv/my data", '/srv/it\'s "quoted"', "/srv/#1", "/srv/数据 (alt)", "/srv/a,b;c|d&e$f*g?h[i]"])(
  "%s can be exported",
  (path) => {
    expect([exportPathError(path), absolutePathError(path)]).toEqual([undefined, undefined]);
  },
);

test.each([
  ["/srv/a\nb", "has a control character in it"],
  ["/srv/a\tb", "has a control character in it"],
  ["/srv/a\\b", "which the server reads as the beginning of another character"],
  ["/srv/ a", "has a blank at the beginning or end"],
  ["/srv/a /b", "has a blank at the beginning or end"],
  ["/home/a b", "is a user's home"],
])("%j cannot", (path, words) => expect(exportPathError(path)).toContain(words));
