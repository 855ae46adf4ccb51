import { failed, type Trouble } from "../../../operations/probe/finding";
import { InVain } from "../../../operations/restore/in-vain";

let now = 0;
const finding = (id: string, trouble: Partial<Trouble> = {}) => failed(id, id, { reason: "broken", ...trouble });
const lasting = finding("pod", { lastingAfter: 15 });

beforeEach(() => {
  now = 0;
});

test("what has stayed for as long as it takes to know is waited for in vain", () => {
  const inVain = new InVain(
    () => false,
    () => now,
  );
  expect(inVain.after([lasting])).toEqual([]);
  now = 14_000;
  expect(inVain.after([lasting])).toEqual([]);
  now = 15_000;
  expect(inVain.after([lasting])).toEqual([lasting]);
});

test("what was gone in between begins anew", () => {
  const inVain = new InVain(
    () => false,
    () => now,
  );
  inVain.after([lasting]);
  now = 10_000;
  inVain.after([]);
  now = 16_000;
  expect(inVain.after([lasting])).toEqual([]);
});

test("what may pass by itself, and what can still be fixed, is waited for", () => {
  const open = finding("volume", { lastingAfter: 15, fix: { does: "free-volume", volume: "pv" } });
  const inVain = new InVain(
    ({ trouble }) => trouble?.fix !== undefined,
    () => now,
  );
  inVain.after([open, finding("starting")]);
  now = 60_000;
  expect(inVain.after([open, finding("starting")])).toEqual([]);
});
