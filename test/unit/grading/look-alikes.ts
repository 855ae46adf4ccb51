import { dns, redisDynamic, redisStatic, releasedBack, staticPair, template } from "./answers";
import type { FakeStudent } from "./fake-student";

/** What students do that looks right: exercise, what it is, the first check that fails with its hint, and how it is made. */
export const LOOKALIKES: [string, string, string, (student: FakeStudent) => void][] = [
  [
    "static-pair",
    "an emptyDir in place of the claim",
    "pod: not-the-claim",
    (student) => {
      student.volume("own-1", "notes");
      student.claim("own-1", "notes");
      student.podWith("notes", "/notes", "emptyDir");
    },
  ],
  [
    "static-pair",
    "the volume names another claim",
    "volume: claim-ref",
    (student) => {
      student.volume("own-1", "other");
      student.claim("own-1", "notes");
    },
  ],
  [
    "static-pair",
    "the claim has another name",
    "claim: missing",
    (student) => {
      student.volume("own-1", "notes");
      student.claim("own-1", "note");
    },
  ],
  [
    "static-pair",
    "the claim is bound to a volume of its class",
    "claim: volume-name",
    (student) => {
      student.volume("own-1", "notes");
      student.dynamicClaim("notes");
    },
  ],
  [
    "static-pair",
    "what the pod writes is kept elsewhere",
    "written: not-on-the-nas",
    (student) => {
      staticPair(student);
      const run = student.onScript;
      student.onScript = (script, pod) => (script.includes("printf") ? "" : run(script, pod));
    },
  ],
  [
    "released-back",
    "the volume was made anew",
    "kept: new-volume",
    (student) => {
      student.disk("own-1").set("before.txt", { text: "before", changed: student.now });
      student.later();
      staticPair(student);
    },
  ],
  [
    "released-back",
    "the file was written afterwards",
    "kept: new-file",
    (student) => {
      staticPair(student);
      releasedBack(student);
      student.disk("own-1").set("before.txt", { text: "before", changed: student.later(60).now });
    },
  ],
  ["released-back", "there is no file", "file: missing", staticPair],
  [
    "claim-ref",
    "the other claim came later",
    "order: order",
    (student) => {
      student.volume("own-2", "reserved");
      student.claim("own-2", "reserved");
      student.claim("own-2", "intruder");
    },
  ],
  [
    "claim-ref",
    "the other claim got it",
    "volume: claim-ref",
    (student) => {
      student.volume("own-2", "intruder");
      student.claim("own-2", "intruder");
      student.claim("own-2", "reserved");
    },
  ],
  [
    "redis-static",
    "Redis saves elsewhere",
    "saved: redis-not-saved",
    (student) => {
      redisStatic(student);
      student.data = "/tmp";
    },
  ],
  [
    "redis-static",
    "an emptyDir",
    "mounted: not-the-claim",
    (student) => {
      student.volume("own-3", "cache");
      student.claim("own-3", "cache");
      student.set("cache", 1, () => "emptyDir");
    },
  ],
  [
    "redis-static",
    "a pod by hand",
    "set: not-of-the-set",
    (student) => {
      student.volume("own-3", "cache");
      student.claim("own-3", "cache");
      student.podWith("cache-0", "/data", { claim: "cache" });
    },
  ],
  [
    "redis-static",
    "a pod by hand beside the StatefulSet",
    "set: not-of-the-set",
    (student) => {
      redisStatic(student);
      student.pod("cache-0").metadata = { ...student.pod("cache-0").metadata, ownerReferences: undefined };
    },
  ],
  [
    "redis-dynamic",
    "one claim for both",
    "template: template",
    (student) => {
      student.dynamicClaim("data-store-0");
      student.set("store", 2, () => ({ claim: "data-store-0" }));
    },
  ],
  [
    "redis-dynamic",
    "one replica",
    "set: replicas",
    (student) => {
      student.dynamicClaim("data-store-0");
      student.set("store", 1, () => ({ claim: "data-store-0" }), template);
    },
  ],
  [
    "redis-dynamic",
    "a claim of another name mounted",
    "claims: not-the-claim",
    (student) => {
      student.dynamicClaim("other");
      student.set("store", 2, () => ({ claim: "other" }), template);
    },
  ],
  [
    "dns",
    "a Service with an address",
    "service: headless",
    (student) => {
      redisDynamic(student);
      dns(student, "10.2.0.7");
    },
  ],
  [
    "dns",
    "a Service that selects nothing",
    "endpoints: selector",
    (student) => {
      student.put("Service", { metadata: { name: "store" }, spec: { clusterIP: "None" } });
      redisDynamic(student);
    },
  ],
  [
    "dns",
    "names in the pods' own file",
    "names: names",
    (student) => {
      redisDynamic(student);
      dns(student);
      const { spec } = student.pod("store-0");
      if (spec) spec.hostAliases = [{ ip: "10.1.0.9", hostnames: ["store-1.store"] }];
    },
  ],
  [
    "persistence",
    "a Redis without a volume",
    "static-saved: not-the-claim",
    (student) => {
      student.set("cache", 1, () => undefined);
      redisDynamic(student);
    },
  ],
  ["quota", "there is room", "full: room-left", (student) => student.dynamicClaim("rest")],
  ["quota", "the claim is of another class", "claim: storage-class", (student) => student.dynamicClaim("rest", "")],
];
