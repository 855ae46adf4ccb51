import { differences } from "../../../operations/probe/differences";

test("names the field, what it is and what it should be", () => {
  expect(differences({ spec: { replicas: 1 } }, { spec: { replicas: 0 } })).toEqual([
    "spec.replicas is 0 instead of 1",
  ]);
  expect(differences({ a: { b: "x" } }, {})).toEqual(["a.b is not set instead of x"]);
});

test("what the program did not set counts for nothing", () => {
  expect(differences({ data: { a: "1" } }, { data: { a: "1", b: "2" }, status: {} })).toEqual([]);
  expect(differences({ kind: undefined, apiVersion: null }, { kind: "ConfigMap", apiVersion: "v1" })).toEqual([]);
});

test("a selector has no other keys than those that the program set", () => {
  const wanted = { spec: { selector: { app: "redis" } } };
  expect(differences(wanted, { spec: { selector: { app: "redis", extra: "1" } } })).toEqual([
    "spec.selector.extra is 1 instead of not set",
  ]);
  const labels = { spec: { selector: { matchLabels: { app: "redis" } } } };
  expect(differences(labels, { spec: { selector: { matchLabels: { app: "redis", extra: "1" } } } })).toHaveLength(1);
});

test("nothing is nothing, however it is written; but an empty text is not another one", () => {
  expect(differences({ a: "", b: {}, c: [], d: { e: undefined } }, {})).toEqual([]);
  expect(differences({ storageClassName: "" }, { storageClassName: "nfs-client" })).toEqual([
    "storageClassName is nfs-client instead of ",
  ]);
});

test.each([
  ["0.1", "100m"],
  ["1Gi", "1024Mi"],
  [80, "80"],
  [true, "true"],
])("%s is %s", (wanted, found) => {
  expect(differences({ a: wanted }, { a: found })).toEqual([]);
});

test("5G is not 5Gi", () => {
  expect(differences({ a: "5G" }, { a: "5Gi" })).toEqual(["a is 5Gi instead of 5G"]);
});

test("containers and volumes are known by name, whatever the API server adds before them", () => {
  const wanted = { containers: [{ name: "redis", image: "redis:7" }] };
  const found = (image: string) => ({ containers: [{ name: "sidecar" }, { name: "redis", image }] });
  expect(differences(wanted, found("redis:7"))).toEqual([]);
  expect(differences(wanted, found("none"))).toEqual(["containers[redis].image is none instead of redis:7"]);
  expect(differences(wanted, { containers: [] })).toEqual(["containers[redis] is not there"]);
});

test("lists of texts have one order and one length", () => {
  expect(differences({ args: ["a", "b"] }, { args: ["b", "a"] })).toHaveLength(2);
  expect(differences({ args: ["a"] }, { args: ["a", "b"] })).toEqual(['args is ["a","b"] instead of ["a"]']);
});

test("long values are cut", () => {
  expect(differences({ a: "x" }, { a: "y".repeat(500) })[0]?.length).toBeLessThan(120);
});
