import { pictureOf } from "../../../../operations/page/model/picture";
import type { Line } from "../../../../operations/page/model/line";
import { mountKey, noFacts } from "../../../../operations/page/model/host-facts";
import { smallScene } from "../../../support/page-class";
import {
  claimOf,
  classOf,
  eventOf,
  factsOf,
  namespaceOf,
  noObjects,
  nodeOf,
  NOW,
  podOf,
  SERVER,
  setOf,
  volumeOf,
} from "../../../support/page-objects";

function lines(objects = noObjects(), facts = noFacts()): Record<string, Line> {
  return pictureOf(objects, facts, NOW).lines;
}

/** What is said of a line, in English, the worst first. */
const said = (line?: Line) => line?.findings.map(({ severity, text, cause }) => `${severity}: ${text.en} ${cause?.en}`);

test("a volume that is in use: one line from its directory to the node", () => {
  const objects = noObjects();
  objects.namespaces.push(namespaceOf("shiqi"));
  objects.volumes.push(volumeOf("pv", { path: "/nfs/a", claim: "shiqi/data" }));
  objects.claims.push(claimOf("shiqi/data", { volume: "pv" }));
  objects.pods.push(podOf("shiqi/redis-0", { claim: "data", owner: { kind: "StatefulSet", name: "redis" } }));
  const found = lines(objects, factsOf({ "/nfs/a": 4096 }));
  expect(Object.keys(found)).toEqual(["volume/pv"]);
  expect(found["volume/pv"]).toMatchObject({
    state: "in use",
    group: "shiqi",
    directory: { kind: "nfs", host: SERVER, path: "/nfs/a", used: 4096, owner: "20001:20001", mode: "0700" },
    volume: { phase: "Bound", claimRef: "shiqi/data", claimUid: "uid-shiqi/data", reclaim: "Retain" },
    claim: { namespace: "shiqi", name: "data", phase: "Bound" },
    users: [
      {
        workload: "StatefulSet/redis",
        pod: "redis-0",
        status: "Running",
        node: "node1",
        path: "/data",
        mount: "mounted",
      },
    ],
    findings: [],
  });
});

describe("a Released volume", () => {
  const released = () => {
    const objects = noObjects();
    objects.namespaces.push(namespaceOf("shiqi"));
    objects.volumes.push(volumeOf("pv", { phase: "Released", claim: "shiqi/data", claimUid: "11112222-old" }));
    return objects;
  };

  test("says whose old uid it has, and where its data is", () => {
    const line = lines(released())["volume/pv"];
    expect(line).toMatchObject({ state: "released", claim: { name: "data", gone: true } });
    expect(said(line)?.[0]).toMatch(/shiqi\/data was deleted\. Its data is kept in \/nfs\/pv\. .*uid 11112222/);
    expect(line?.findings[0]?.command).toContain("kubectl get pv pv");
  });

  test("a new claim of the same name is a line of its own, which says why it waits", () => {
    const objects = released();
    objects.claims.push(claimOf("shiqi/data", { uid: "33334444-new" }));
    const found = lines(objects);
    expect(Object.keys(found)).toEqual(["volume/pv", "claim/shiqi/data"]);
    expect(said(found["volume/pv"])?.[0]).toContain("another uid (33334444)");
    expect(found["claim/shiqi/data"]?.state).toBe("waiting");
    expect(said(found["claim/shiqi/data"])?.[0]).toMatch(/pv is Released.*uid 11112222; this claim's is 33334444/);
  });
});

describe("why a claim is Pending", () => {
  const cases: [string, (objects: ReturnType<typeof noObjects>) => void, RegExp][] = [
    ["no volume at all", () => {}, /^warning: .*there is no volume with storageClassName ""/],
    [
      "volumes that do not fit, each with its reason",
      ({ volumes }) => {
        volumes.push(volumeOf("small", { phase: "Available", size: "64Mi" }));
        volumes.push(volumeOf("narrow", { phase: "Available", modes: ["ReadWriteOnce"] }));
        volumes.push(volumeOf("kept", { phase: "Available", claim: "other/name" }));
        volumes.push(volumeOf("used", { claim: "other/else" }));
      },
      /small is too small \(64Mi < 1Gi\); narrow does not offer ReadWriteMany; kept is reserved for other\/name; 1 are in use/,
    ],
    [
      "it names a volume that is not there",
      ({ claims }) => void (claims[0] = claimOf("shiqi/data", { phase: "Pending", volume: "nowhere" })),
      /it names the volume nowhere, which is not there/,
    ],
    [
      "it names a volume that is kept for another",
      (objects) => {
        objects.claims[0] = claimOf("shiqi/data", { phase: "Pending", volume: "pv" });
        objects.volumes.push(volumeOf("pv", { phase: "Available", claim: "shiqi/other" }));
      },
      /its volume pv is kept for shiqi\/other/,
    ],
    [
      "there is no such class",
      ({ claims }) => void (claims[0] = claimOf("shiqi/data", { className: "fast" })),
      /there is no class fast/,
    ],
    [
      "its class waits for a pod",
      (objects) => {
        objects.claims[0] = claimOf("shiqi/data", { className: "late" });
        objects.classes.push(classOf("late", { volumeBindingMode: "WaitForFirstConsumer" }));
      },
      /^note: .*it waits until a pod uses it/,
    ],
    [
      "its provisioner says why not",
      (objects) => {
        objects.claims[0] = claimOf("shiqi/data", { className: "csi" });
        objects.classes.push(classOf("csi"));
        objects.events.push(eventOf("uid-shiqi/data", "ProvisioningFailed", "no route to host"));
      },
      /nfs\.csi\.k8s\.io could not make a volume\. ProvisioningFailed: no route to host/,
    ],
    [
      "nothing is heard of its provisioner",
      (objects) => {
        objects.claims[0] = claimOf("shiqi/data", { className: "csi" });
        objects.classes.push(classOf("csi"));
      },
      /its pod may not run/,
    ],
  ];

  test.each(cases)("%s", (_what, prepare, expected) => {
    const objects = noObjects();
    objects.claims.push(claimOf("shiqi/data"));
    prepare(objects);
    expect(said(lines(objects)["claim/shiqi/data"])?.[0]).toMatch(expected);
  });

  test("one that was made just now is given time", () => {
    const objects = noObjects();
    objects.classes.push(classOf("csi"));
    objects.claims.push(claimOf("shiqi/data", { className: "csi", created: new Date(NOW - 2000).toISOString() }));
    expect(lines(objects)["claim/shiqi/data"]?.severity).toBe("note");
  });
});

describe("a claimRef that names nobody", () => {
  test("a namespace that is not there: the volume stays with the student whose name it has", () => {
    const line = pictureOf(smallScene().objects, noFacts(), NOW).lines["volume/school-jose-alvarez.own-2"];
    expect(line).toMatchObject({ group: "school-jose-alvarez", state: "available", severity: "warning" });
    expect(said(line)?.[0]).toContain("there is no namespace school-jose-alvares");
  });

  test("a claim of that name in another namespace", () => {
    const objects = noObjects();
    objects.namespaces.push(namespaceOf("shiqi"), namespaceOf("default"));
    objects.volumes.push(volumeOf("pv", { phase: "Available", claim: "shiqi/data" }));
    objects.claims.push(claimOf("default/data"));
    expect(said(lines(objects)["volume/pv"])?.[0]).toMatch(/^warning: .*There is a claim of that name in default/);
  });

  test("one that nobody has made yet is only noted", () => {
    const objects = noObjects();
    objects.namespaces.push(namespaceOf("shiqi"));
    objects.volumes.push(volumeOf("pv", { phase: "Available", claim: "shiqi/data" }));
    expect(lines(objects)["volume/pv"]).toMatchObject({ severity: "note", state: "available" });
  });
});

test.each([
  [{ reclaimPolicy: "Delete", parameters: { onDelete: "delete" } }, "Delete", true],
  [{ reclaimPolicy: "Delete", parameters: { onDelete: "retain" } }, "Delete", false],
  [{ reclaimPolicy: "Delete", parameters: { archiveOnDelete: "true" } }, "Delete", false],
  [{ reclaimPolicy: "Delete", parameters: { onDelete: "delete" } }, "Retain", false],
])("whether data goes with the claim: class %j, volume's policy %s", (fields, reclaim, goes) => {
  const objects = noObjects();
  objects.classes.push(classOf("csi", fields));
  objects.volumes.push(volumeOf("pv", { claim: "shiqi/data", className: "csi", reclaim }));
  objects.claims.push(claimOf("shiqi/data", { volume: "pv", className: "csi" }));
  const ids = lines(objects)["volume/pv"]?.findings.map(({ id }) => id);
  expect(ids).toEqual(goes ? ["data-goes"] : []);
});

describe("directories", () => {
  const bound = (path = "/nfs/pv") => {
    const objects = noObjects();
    objects.volumes.push(volumeOf("pv", { path, claim: "shiqi/data" }));
    objects.claims.push(claimOf("shiqi/data", { volume: "pv" }));
    return objects;
  };

  test("one that is not there is an error", () => {
    const line = lines(bound(), factsOf({ "/nfs/pv": "missing" }))["volume/pv"];
    expect(line).toMatchObject({ state: "wrong", directory: { missing: true } });
  });

  test("one that nobody could look at is unknown, and no error", () => {
    expect(lines(bound())["volume/pv"]?.directory).toEqual({ kind: "nfs", host: SERVER, path: "/nfs/pv" });
  });

  test("two volumes on one", () => {
    const objects = bound("/nfs/same/");
    objects.volumes.push(volumeOf("other", { path: "/nfs//same", phase: "Available" }));
    expect(said(lines(objects)["volume/other"])?.[0]).toContain(
      "The volumes other, pv are the same directory, /nfs/same",
    );
  });

  test("of CSI volumes, by what the driver says of them", () => {
    const objects = bound();
    objects.volumes[0]!.spec!.nfs = undefined;
    objects.volumes[0]!.spec!.csi = {
      driver: "nfs.csi.k8s.io",
      volumeHandle: "x",
      volumeAttributes: { server: SERVER, share: "/nfs/school", subDir: "school-bob/claims/data" },
    };
    expect(lines(objects)["volume/pv"]?.directory).toEqual({
      kind: "nfs",
      host: SERVER,
      path: "/nfs/school/school-bob/claims/data",
    });
  });

  test("a student's is full: told once for all of it", () => {
    const { objects, facts } = smallScene();
    const { groups } = pictureOf(objects, facts, NOW);
    expect(groups["school-bob"]?.findings).toMatchObject([{ id: "full", severity: "error" }]);
    expect(groups["school-zhang-wei"]).toMatchObject({ realName: "张伟", className: "school", findings: [] });
  });
});

describe("pods and mounts", () => {
  const mounted = () => {
    const objects = noObjects();
    objects.nodes.push(nodeOf("node1"));
    objects.volumes.push(volumeOf("pv", { claim: "shiqi/data" }));
    objects.claims.push(claimOf("shiqi/data", { volume: "pv" }));
    objects.pods.push(podOf("shiqi/redis-0", { claim: "data" }));
    return objects;
  };

  test("a mount that the server leaves without an answer", () => {
    const facts = noFacts();
    facts.silent.add("node1");
    const line = lines(mounted(), facts)["volume/pv"];
    expect(line).toMatchObject({ state: "wrong", users: [{ mount: "hangs" }] });
    expect(said(line)?.[0]).toMatch(/on node1 hangs: 192\.168\.110\.168 does not answer/);
  });

  test("a mount whose directory is gone", () => {
    const facts = noFacts();
    facts.refused.set(mountKey("uid-pod-shiqi/redis-0", "data"), "Stale file handle");
    expect(said(lines(mounted(), facts)["volume/pv"])?.[0]).toMatch(/is dead: Stale file handle\. .*made anew/);
  });

  test("a mount that failed, with what mount's words mean", () => {
    const { objects, facts } = smallScene();
    const line = pictureOf(objects, facts, Date.now()).lines["volume/school-bob.own-1"];
    expect(said(line)).toContainEqual(
      expect.stringMatching(/^error: Pod school-bob\/editor is not Ready: ContainerCreating\. .*exports no .*own-1/),
    );
  });

  test("a node that is away", () => {
    const objects = mounted();
    objects.nodes = [nodeOf("node1", false)];
    objects.pods = [podOf("shiqi/redis-0", { claim: "data", ready: false, phase: "Running" })];
    expect(said(lines(objects)["volume/pv"])?.[0]).toMatch(/is on node1, which does not answer/);
  });

  test("a pod that no node takes", () => {
    const objects = mounted();
    objects.pods = [
      podOf("shiqi/redis-0", { claim: "data", ready: false, unscheduled: "0/2 nodes: Insufficient cpu" }),
    ];
    const line = lines(objects)["volume/pv"];
    expect(line?.state).toBe("waiting");
    expect(said(line)?.[0]).toMatch(/no node takes it\. 0\/2 nodes: Insufficient cpu/);
  });

  test("a workload that has no pod now keeps its claims, and is named", () => {
    const objects = noObjects();
    objects.volumes.push(volumeOf("pv", { claim: "shiqi/data-redis-2" }));
    objects.claims.push(claimOf("shiqi/data-redis-2", { volume: "pv" }));
    objects.workloads.push(setOf("shiqi/redis", 0));
    expect(lines(objects)["volume/pv"]).toMatchObject({
      state: "bound",
      users: [{ workload: "StatefulSet/redis", status: "0 replicas", mount: "not mounted" }],
    });
    objects.workloads = [setOf("shiqi/redis", 2)];
    expect(lines(objects)["volume/pv"]?.users).toEqual([]);
  });
});

test("what is being deleted, and what it waits for", () => {
  const objects = noObjects();
  objects.volumes.push(volumeOf("pv", { claim: "shiqi/data" }));
  objects.claims.push(claimOf("shiqi/data", { volume: "pv", deleting: true }));
  objects.pods.push(podOf("shiqi/redis-0", { claim: "data" }));
  const line = lines(objects)["volume/pv"];
  expect(line?.state).toBe("ending");
  expect(said(line)?.[0]).toContain("It goes once redis-0 is gone");
});

test("every sentence is there in both languages", () => {
  const { objects, facts } = smallScene();
  const { lines: found, groups } = pictureOf(objects, facts, NOW);
  const findings = [...Object.values(found), ...Object.values(groups)].flatMap((each) => each.findings);
  expect(findings.length).toBeGreaterThan(8);
  for (const { text, cause } of findings) {
    expect(text.zh).toMatch(/\p{Script=Han}/u);
    if (cause) expect(cause.zh).toBeTruthy();
  }
});
