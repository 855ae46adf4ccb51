import * as pulumi from "@pulumi/pulumi";
import { courseSchema, infrastructureSchema } from "../../../stacks/config-schema";
import { infrastructure } from "../../../stacks/infrastructure";
import type { Right } from "../../../stacks/cluster-reader";
import type { ClusterPlan } from "../../../stacks/preflight/cluster-checks";
import { coursePlan, infrastructurePlan } from "../../../stacks/preflight/plans";
import { courseRights, infrastructureRights } from "../../../stacks/preflight/rights";
import { deploy, type Registered } from "../mocks";
import { all, only, outputs, required, run as runCourse, setSecrets } from "./run-course";

beforeEach(() => {
  jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  jest.spyOn(pulumi.log, "info").mockResolvedValue();
  setSecrets();
});
afterEach(() => jest.restoreAllMocks());

/** Kind, group and namespace of what is made. */
function madeIn(resources: Registered[]): string[] {
  const found = resources.flatMap(({ type, inputs }) => {
    const [, group = "", kind = ""] = /^kubernetes:(.+)\/v1:(\w+)$/.exec(type) ?? [];
    if (kind === "") return [];
    const { namespace } = inputs.metadata as { namespace?: string };
    const plural = `${kind.toLowerCase()}${kind.endsWith("ss") ? "es" : "s"}`;
    return [[plural, group === "core" ? "" : group, namespace].join(" ")];
  });
  return [...new Set(found)].sort();
}

/** Kind and name of what is cluster-wide. */
function clusterWide(resources: Registered[]): string[] {
  return resources
    .flatMap(({ type, inputs }) => {
      const [, kind = ""] = /^kubernetes:.+\/v1:(\w+)$/.exec(type) ?? [];
      const { name, namespace } = (inputs.metadata ?? {}) as { name?: string; namespace?: string };
      return kind === "" || namespace !== undefined ? [] : [`${kind} ${name}`];
    })
    .sort();
}

const planned = ({ objects }: ClusterPlan) => objects.map(({ kind, name }) => `${kind} ${name}`).sort();

function asked(rights: Right[], verb = "create"): string[] {
  return rights
    .filter((right) => right.verb === verb)
    .map(({ resource, group, namespace }) => [resource, group, namespace].join(" "))
    .sort();
}

const clients = ["192.168.110.0/24"];
const base = {
  nas: { name: "nas", host: "192.168.110.168" },
  export: { clients },
  nodes: [{ name: "node1", host: "192.168.110.11" }],
};
const existing = { existing: { server: "192.168.110.20", path: "/volume1/k8s" } };
const full = {
  ...base,
  nodePods: {},
  csi: {},
  mountOptions: ["nfsvers=4.2"],
  additional: [{ name: "archive", ...existing, provisioner: { createNamespace: false } }],
};

test.each<[string, object]>([
  ["a NAS and nodes", base],
  ["namespaces that exist", { ...base, provisioner: { createNamespace: false } }],
  ["an export that exists, and pods", { ...existing, nodePods: {} }],
  ["everything", full],
])(
  "an infrastructure asks for the rights to what it makes, where it makes it, and for the names: %s",
  async (_title, change) => {
    const config = infrastructureSchema.parse(change);
    const { resources } = await deploy(() => infrastructure(config));
    expect(asked(infrastructureRights(config))).toEqual(madeIn(resources));
    // Volumes' names begin with their namespace's.
    const named = clusterWide(resources).filter((each) => !each.startsWith("PersistentVolume "));
    expect(planned(infrastructurePlan(config))).toEqual(named);
  },
);

test.each<[string, object]>([
  ["the whole course", {}],
  ["namespaces that exist", { createNamespace: false, sections: { ...only("redisTemplate") } }],
  ["an own namespace for examples", { exampleNamespace: "examples", sections: { csi: true } }],
  ...all
    .filter((name) => name !== "clusterIpService")
    .map((name): [string, object] => [name, { createNamespace: false, sections: only(name) }]),
])(
  "a course asks for the rights to what it makes, where it makes it, and for the names: %s",
  async (_title, change) => {
    const config = courseSchema.parse({ ...required, ...change });
    const { resources } = await runCourse(change, { stacks: { infra: outputs } });
    expect(asked(courseRights(config))).toEqual(madeIn(resources));
    expect(planned(coursePlan(config))).toEqual(clusterWide(resources));
  },
);

test("nobody needs to list the nodes: without that right nothing but a look is missing", () => {
  const rights = [
    ...infrastructureRights(infrastructureSchema.parse(full)),
    ...courseRights(courseSchema.parse(required)),
  ];
  expect(asked(rights, "list").filter((each) => !each.startsWith("pods "))).toEqual([]);
  expect(asked(rights, "list")).toContain("pods  nfs-provisioner");
});
