import { failed, type Trouble } from "../../../operations/probe/finding";
import { Patience } from "../../../operations/restore/patience";

let now = 0;
const patienceFrom = (start: number) => {
  now = start;
  return new Patience(() => now);
};
const finding = (id: string, trouble: Partial<Trouble> = {}) => failed(id, id, { reason: "broken", ...trouble });
const lasting = finding("pod", { lastingAfter: 15 });

test("what has stayed for as long as it takes to know does not pass by itself", () => {
  const patience = patienceFrom(0);
  patience.due([lasting]);
  now = 14_000;
  patience.due([lasting]);
  expect(patience.lasting([lasting])).toEqual([]);
  now = 15_000;
  patience.due([lasting]);
  expect(patience.lasting([lasting])).toEqual([lasting]);
});

test("what was gone in between begins anew", () => {
  const patience = patienceFrom(0);
  patience.due([lasting]);
  now = 10_000;
  patience.due([]);
  now = 16_000;
  patience.due([lasting]);
  expect(patience.lasting([lasting])).toEqual([]);
});

test("what may pass by itself is waited for", () => {
  const patience = patienceFrom(0);
  patience.due([finding("starting")]);
  now = 600_000;
  patience.due([finding("starting")]);
  expect(patience.lasting([finding("starting")])).toEqual([]);
});

test("a fix is due at once, or after the time for which its trouble has to be seen", () => {
  const fix: Trouble["fix"] = { does: "free-volume", volume: "pv" };
  const [atOnce, later] = [finding("volume", { fix }), finding("mount", { fix, fixAfter: 15 })];
  const patience = patienceFrom(0);
  expect(patience.due([atOnce, later])).toEqual([atOnce]);
  now = 15_000;
  expect(patience.due([atOnce, later])).toEqual([atOnce, later]);
});
