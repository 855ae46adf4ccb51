import { acts } from "../support/attacks/acts";

const forbidden = acts.filter(({ kind }) => kind === "forbidden");

test("a class is tried with at least 50 forbidden acts and 20 allowed ones, from a kubeconfig and from pods", () => {
  expect(forbidden.length).toBeGreaterThanOrEqual(50);
  expect(acts.length - forbidden.length).toBeGreaterThanOrEqual(20);
  expect(forbidden.filter(({ as }) => as === "pod").length).toBeGreaterThanOrEqual(10);
});

test("each act has an id of its own", () => {
  const ids = acts.map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

test("each forbidden act says how it is refused, and what shows that it is a refusal", () => {
  expect(forbidden.filter(({ refusal, control }) => !refusal || !control).map(({ id }) => id)).toEqual([]);
});
