import { parseProcessors } from "../../../../embedded/sandbox/hosts/processors";

const status = (list: string) => `Name:\tnode\nCpus_allowed:\tff\nCpus_allowed_list:\t${list}\nMems_allowed:\t1\n`;

test.each([
  ["0", [0]],
  ["0-1", [0, 1]],
  ["2-3,6,8-9", [2, 3, 6, 8, 9]],
])("reads the processors that a process may use: %s", (list, processors) => {
  expect(parseProcessors(status(list))).toEqual(processors);
});

test("where the kernel does not say it, there is one", () => {
  expect(parseProcessors("Name:\tnode\n")).toEqual([0]);
});
