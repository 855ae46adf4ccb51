import { parse, stringify } from "yaml";
import { courseConfig, infrastructureConfig, renderStackFile } from "../../../../embedded/cli/stack-files";

const facts = {
  namespace: "lab-0",
  cidr: "192.168.110.0/24",
  kubeconfig: "/home/lab/cluster/admin.kubeconfig",
  sshKey: "/home/lab/ssh/id_ed25519",
  knownHosts: "/home/lab/ssh/known_hosts",
  nas: { name: "nas-192.168.110.168", address: "192.168.110.168", port: 22, user: "root", hostKey: "ssh-ed25519 N" },
  nodes: [
    { name: "node1", address: "192.168.110.11", port: 22, user: "root", hostKey: "ssh-ed25519 A" },
    { name: "node2", address: "192.168.110.12", port: 22, user: "root", hostKey: "ssh-ed25519 B" },
  ],
  images: {
    redis: "docker.io/library/redis:7.0.15",
    mysql: "docker.io/library/mariadb:10.11.19",
    nginx: "docker.io/library/nginx:1.22.1",
    tools: "tools:1",
    nfsTools: "nfs-tools:1",
    provisioner: "provisioner:1",
    csiNfs: "csi-nfs:1",
    csiProvisioner: "csi-provisioner:v1",
    csiAttacher: "csi-attacher:v2",
    csiResizer: "csi-resizer:v3",
  },
};
const infrastructure = infrastructureConfig(facts);

test("a new infrastructure file says all that the stack needs", () => {
  expect(parse(renderStackFile(undefined, infrastructure, { fresh: true }))).toEqual({
    config: {
      "storage-lab:program": "infrastructure",
      "storage-lab:infrastructure": {
        kubeconfig: "/home/lab/cluster/admin.kubeconfig",
        nas: { name: "nas-192.168.110.168", host: "192.168.110.168", port: 22, user: "root", hostKey: "ssh-ed25519 N" },
        nodes: [
          { name: "node1", host: "192.168.110.11", port: 22, user: "root", hostKey: "ssh-ed25519 A" },
          { name: "node2", host: "192.168.110.12", port: 22, user: "root", hostKey: "ssh-ed25519 B" },
        ],
        export: { path: "/nfs", clients: ["192.168.110.0/24"], profile: "course" },
        provisioner: { image: "provisioner:1" },
        csi: {
          images: {
            driver: "csi-nfs:1",
            provisioner: "csi-provisioner:v1",
            attacher: "csi-attacher:v2",
            resizer: "csi-resizer:v3",
          },
          registrar: false,
        },
      },
    },
  });
});

test("the course's image does not carry a version that it does not have", () => {
  const config = courseConfig(facts, { infrastructure: "infrastructure-sandbox", course: "course-sandbox" });
  expect(parse(renderStackFile(undefined, config, { fresh: true }))).toEqual({
    config: {
      "storage-lab:program": "course",
      "storage-lab:course": {
        infrastructureStack: "infrastructure-sandbox",
        kubeconfig: "/home/lab/cluster/admin.kubeconfig",
        redisImage: "docker.io/library/redis:7.0.15",
        redisVersion: "7.0.15",
        toolsImage: "tools:1",
        nginxImage: "docker.io/library/nginx:1.22.1",
        mysqlImage: "docker.io/library/mariadb:10.11.19",
        wordpressImage: "docker.io/library/nginx:1.22.1",
        localNode: "node1",
        sections: { csi: true },
      },
    },
  });
});

test("a file of before a setting gets it, unless the user has said otherwise", () => {
  const config = courseConfig(facts, { infrastructure: "infrastructure-sandbox", course: "course-sandbox" });
  const sections = (text: string) => {
    const { config: all } = parse(renderStackFile(text, config, { fresh: false })) as {
      config: Record<string, object>;
    };
    return (all["storage-lab:course"] as { sections: object }).sections;
  };
  expect(sections("config:\n  storage-lab:course:\n    sections: { mysql: false }\n")).toEqual({
    mysql: false,
    csi: true,
  });
  expect(sections("config:\n  storage-lab:course:\n    sections: { csi: false }\n")).toEqual({ csi: false });
});

test("a file that is up to date stays as it is, to the letter", () => {
  const text = renderStackFile(undefined, infrastructure, { fresh: true });
  expect(renderStackFile(text, infrastructure, { fresh: false })).toBe(text);
});

test("a file that Pulumi wrote again in its own style stays, too", () => {
  const text = stringify(parse(renderStackFile(undefined, infrastructure, { fresh: true })), { indent: 4 });
  expect(text).not.toBe(renderStackFile(undefined, infrastructure, { fresh: true }));
  expect(renderStackFile(text, infrastructure, { fresh: false })).toBe(text);
});

describe("a file that the user has changed", () => {
  const before = `# mine
encryptionsalt: v1:abc
config:
  storage-lab:program: infrastructure
  storage-lab:sshPrivateKey:
    secure: v1:def
  storage-lab:mysqlRootPassword:
    secure: v1:ghi
  storage-lab:infrastructure:
    generation: 2 # raised after the drift
    nas:
      host: 192.168.110.168
      hostKey: ssh-ed25519 OLD
      timeoutSeconds: 20
    export:
      path: /nfs
      clients: [192.168.110.11]
`;
  const after = renderStackFile(before, infrastructure, { fresh: false });
  const config = (parse(after) as { config: Record<string, Record<string, unknown>> }).config;

  test("keeps settings and comments that are no facts of the sandbox", () => {
    expect(after).toContain("# mine\n");
    expect(after).toContain("generation: 2 # raised after the drift");
    expect(config["storage-lab:infrastructure"]).toMatchObject({
      generation: 2,
      nas: { timeoutSeconds: 20 },
      export: { path: "/nfs", clients: ["192.168.110.11"] },
    });
  });

  test("gets the facts that have changed", () => {
    expect(config["storage-lab:infrastructure"]).toMatchObject({ nas: { hostKey: "ssh-ed25519 N" } });
  });

  test("keeps what Pulumi has encrypted, unless its stack is gone", () => {
    expect(after).toContain("v1:abc");
    expect(after).toContain("v1:def");
    const fresh = renderStackFile(before, infrastructure, { fresh: true });
    expect(fresh).not.toContain("v1:");
    expect(fresh).not.toMatch(/sshPrivateKey|mysqlRootPassword/);
  });
});
