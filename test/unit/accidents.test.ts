import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { median } from "../../bench/median";
import { ACCIDENTS_FILE, figures, renderAccidents, rowsOf, rowStart } from "../support/accident-table";
import { accidents } from "../support/accidents";
import { kubectl, nas, type Accident } from "../support/accidents/accident";
import { shareOf } from "../support/changing-part";
import { Comebacks } from "../support/comebacks";
import { randomTriples } from "../support/random-triples";

describe("the list", () => {
  test("has at least 30 accidents, each with a name of its own and other commands", () => {
    expect(accidents.length).toBeGreaterThanOrEqual(30);
    expect(new Set(accidents.map(({ id }) => id)).size).toBe(accidents.length);
    expect(new Set(accidents.map(rowStart)).size).toBe(accidents.length);
  });

  test.each([0, 1, 2])("part %s of three has accidents with objects and with hosts", (part) => {
    const places = shareOf(accidents, part, 3).flatMap(({ commands }) => commands.map(({ on }) => on));
    expect(places).toEqual(expect.arrayContaining(["here", "nas", "node2"]));
  });
});

describe("random triples", () => {
  const members = [..."abcdefgh"];

  test("are the same for the same seed, and others for another one", () => {
    expect(randomTriples(members, 20, 9)).toEqual(randomTriples(members, 20, 9));
    expect(randomTriples(members, 20, 9)).not.toEqual(randomTriples(members, 20, 10));
  });

  test("begin with the same ones however many there are", () => {
    expect(randomTriples(members, 20, 9).slice(0, 2)).toEqual(randomTriples(members, 2, 9));
  });

  test("have three different members, and leave none out", () => {
    const triples = randomTriples(members, 50, 0xffffffff);
    for (const triple of triples) expect(new Set(triple).size).toBe(3);
    expect(new Set(triples.flat())).toEqual(new Set(members));
    expect(new Set(triples.map(([first]) => first)).size).toBeGreaterThan(4);
  });
});

describe("the table", () => {
  const plain: Accident = { id: "plain", what: "A class is deleted", commands: [kubectl("delete sc a | cat")] };
  const losing: Accident = {
    id: "losing",
    what: "A directory is removed",
    commands: [nas("rm -r /nfs/a"), nas("sync")],
    loses: ["share"],
    boots: true,
  };
  const asking: Accident = { ...plain, id: "asking", what: "A claim is replaced", asks: /claim/ };

  test("has one row for each accident, with its commands, time and data", () => {
    const singles = [plain, losing, asking].map((each, index) => ({ accidents: [each], seconds: 10.4 * (index + 1) }));
    const text = renderAccidents(singles, [{ accidents: [plain, losing, asking], seconds: 50 }]);
    expect(rowsOf(text)).toEqual([
      "| A class is deleted | `kubectl delete sc a \\| cat` | 10 s | all kept |",
      "| A directory is removed | `ssh nas 'rm -r /nfs/a'`<br>`ssh nas 'sync'` | 21 s | lost with the commands: the NFS share; all other kept |",
      "| A claim is replaced | `kubectl delete sc a \\| cat` | 31 s | all kept; what the student made in its place is lost, which `up` asks for |",
    ]);
    expect(text).toContain("\nAlone: 3, median 21 s, longest 31 s, where a host had to boot 21 s.\n");
    expect(text).toContain("in between: 1, median 50 s, where a host had to boot 50 s.\n");
  });

  test("that is committed has the list's accidents, in its order", () => {
    // Before the first whole run there is none, and nothing to be out of date.
    if (!existsSync(ACCIDENTS_FILE)) return;
    const rows = rowsOf(readFileSync(ACCIDENTS_FILE, "utf8"));
    expect(rows.map((row) => accidents.find((each) => row.startsWith(rowStart(each)))?.id ?? row)).toEqual(
      accidents.map(({ id }) => id),
    );
  });

  test("tells figures of nothing, too", () => {
    expect(figures("Alone", [])).toBe("Alone: 0, median 0 s.");
    expect([median([1, 2, 4]), median([1, 2, 4, 8])]).toEqual([2, 3]);
  });
});

test("what has come back is kept for a run that goes on after a failure, and not for another commit", () => {
  const file = join(mkdtempSync(join(tmpdir(), "comebacks-")), "reports", "comebacks.json");
  const [first, second] = accidents as [Accident, Accident];
  new Comebacks(file, "a commit").add({ accidents: [first], seconds: 7 });
  new Comebacks(file, "a commit").add({ accidents: [first, second], seconds: 9 });
  const wanted = [[second], [first, second], [first]];
  expect(new Comebacks(file, "a commit").of(wanted)).toEqual([
    { accidents: [first, second], seconds: 9 },
    { accidents: [first], seconds: 7 },
  ]);
  expect(new Comebacks(file, "another commit").of(wanted)).toEqual([]);
  rmSync(dirname(dirname(file)), { recursive: true });
});
