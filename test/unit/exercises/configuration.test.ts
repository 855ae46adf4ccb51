import type { V1Pod } from "@kubernetes/client-node";
import { FakeCluster } from "./fake-cluster";
import { runExercise, seen } from "./run-exercise";

const namespace = "shiqi";
const base64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");
const ready = { conditions: [{ type: "Ready", status: "True" }] };

describe("configuration", () => {
  const payload = Buffer.from(
    JSON.stringify({ sub: "system:serviceaccount:shiqi:default", aud: ["api"], iat: 1000, exp: 4600 }),
  ).toString("base64url");
  const files = {
    "/projected-volume/app.properties": "colour=blue",
    "/projected-volume/labels": 'app="projected-volume"',
    "/projected-volume/name": "projected-volume",
    "/projected-volume/password.txt": "hidden-1",
    "/projected-volume/token": payload,
    "/projected-volume/username.txt": "hidden-2",
    "/etc/mysecret/pass": "hidden-3",
    MY_SECRET_PASS: "hidden-3",
    mounts: "tmpfs /projected-volume tmpfs ro 0 0\ntmpfs /etc/mysecret tmpfs ro 0 0",
  };

  const course = (seenInside: Record<string, string>): FakeCluster => {
    const pod: V1Pod = {
      metadata: { name: "projected-volume", namespace, uid: "pod", labels: { app: "projected-volume" } },
      spec: {
        containers: [
          {
            name: "shell",
            env: [{ name: "MY_SECRET_PASS", valueFrom: { secretKeyRef: { name: "mysecret", key: "pass" } } }],
          },
        ],
      },
      status: ready,
    };
    const secret = (name: string, key: string, value: string) => ({
      metadata: { name, namespace },
      data: { [key]: base64(value) },
    });
    const cluster = new FakeCluster()
      .add("Pod", pod)
      .add("Secret", secret("user", "username.txt", "hidden-2"))
      .add("Secret", secret("pwd", "password.txt", "hidden-1\n"))
      .add("Secret", secret("mysecret", "pass", "hidden-3"))
      .add("ConfigMap", { metadata: { name: "app-config", namespace }, data: { "app.properties": "colour=blue\n" } });
    cluster.onScript = () =>
      Object.entries(seenInside)
        .map(([place, text]) => `@@ ${place}\n${text}\n`)
        .join("\n");
    return cluster;
  };

  it("passes when the pod sees what the objects say, and shows neither a secret nor the token", async () => {
    const result = await runExercise("configuration", course(files));
    expect(result.reason).toBeUndefined();
    const text = seen(result);
    expect(text).toContain("token: of system:serviceaccount:shiqi:default, for api, valid for 3600 s");
    expect(text).toContain("text of app.properties: colour=blue");
    expect(text).not.toContain("hidden");
    expect(text).not.toContain(payload);
  });

  it.each([
    [
      "a file is not what the Secret says",
      { "/projected-volume/username.txt": "other" },
      /username\.txt differs from Secret user/,
    ],
    ["a variable is not", { MY_SECRET_PASS: "other" }, /MY_SECRET_PASS differs from Secret mysecret, key pass/],
    [
      "the labels are another pod's",
      { "/projected-volume/labels": 'app="x"' },
      /labels differs from the pod's metadata/,
    ],
    ["the token is none", { "/projected-volume/token": "x" }, /token is not a token/],
    [
      "the token is another namespace's",
      {
        "/projected-volume/token": Buffer.from('{"sub":"system:serviceaccount:x:y","iat":0,"exp":999}').toString(
          "base64url",
        ),
      },
      /not a service account token of shiqi/,
    ],
    [
      "a secret is on a disk",
      { mounts: "tmpfs /projected-volume tmpfs ro 0 0\n/dev/sda /etc/mysecret ext4 rw 0 0" },
      /should be in memory/,
    ],
  ])("fails when %s", async (_case, change, reason) => {
    const result = await runExercise("configuration", course({ ...files, ...change }));
    expect(result.reason).toMatch(reason);
    expect(`${result.reason} ${seen(result)}`).not.toContain("hidden");
  });

  it("fails when a file is not there", async () => {
    const rest: Record<string, string> = { ...files };
    delete rest["/projected-volume/password.txt"];
    expect((await runExercise("configuration", course(rest))).reason).toBe(
      "/projected-volume/password.txt does not exist in the pod; it should have the value of Secret pwd",
    );
  });
});

/** A cluster that starts pods at once, and containers again when their first process is killed. */
const liveCluster = (): FakeCluster => {
  const cluster = new FakeCluster();
  let made = 0;
  cluster.onCreate = (kind, object) => {
    const { name } = object.metadata ?? {};
    if (kind === "Namespace") cluster.add("ServiceAccount", { metadata: { name: "default", namespace: name } });
    if (kind !== "Pod" || !object.metadata) return;
    object.metadata.uid = `pod-${++made}`;
    Object.assign(object, { status: { ...ready, containerStatuses: [{ restartCount: 0 }] } });
  };
  return cluster;
};

const restart = (cluster: FakeCluster, pod: string): void => {
  const found = cluster.objects.find(({ kind, object }) => kind === "Pod" && object.metadata?.name === pod)?.object;
  Object.assign(found ?? {}, { status: { ...ready, containerStatuses: [{ restartCount: 1 }] } });
};

describe("secret-change", () => {
  /** @param follows Whether the variable wrongly follows the Secret while the container runs. */
  const course = (follows: boolean): FakeCluster => {
    const cluster = liveCluster();
    let [file, variable] = ["before", "before"];
    cluster.onPatch = (kind) => {
      if (kind !== "Secret") return;
      file = "after";
      if (follows) variable = "after";
    };
    cluster.onScript = (script, pod) => {
      if (script.includes("kill 1")) {
        restart(cluster, pod);
        variable = file;
      }
      return `${file}\n${variable}\n..folder`;
    };
    return cluster;
  };

  it("passes when the volume follows, and the variable only after the container's restart", async () => {
    const cluster = course(false);
    const result = await runExercise("secret-change", cluster);
    expect(result.reason).toBeUndefined();
    expect(result.evidence.map(({ value }) => value)).toEqual([
      "volume: before (in ..folder), environment: before",
      "volume: after (in ..folder), environment: before",
      "volume: after (in ..folder), environment: after",
    ]);
    expect(cluster.names("Namespace")).toEqual([]);
  });

  it("fails when the variable follows", async () => {
    expect((await runExercise("secret-change", course(true))).reason).toMatch(
      /the environment should have before, not after/,
    );
  });
});

describe("empty-dir", () => {
  /** @param lives How long the files live: as long as the container, the pod, or longer. */
  const course = (lives: "container" | "pod" | "for ever"): FakeCluster => {
    const cluster = liveCluster();
    let file = "";
    cluster.onRemove = (kind) => {
      if (kind === "Pod" && lives !== "for ever") file = "";
    };
    cluster.onScript = (script, pod) => {
      file = /printf %s (\S+)/.exec(script)?.[1] ?? file;
      if (script.includes("kill 1")) {
        restart(cluster, pod);
        if (lives === "container") file = "";
      }
      return file;
    };
    return cluster;
  };

  it("passes when the files live as long as the pod", async () => {
    const result = await runExercise("empty-dir", course("pod"));
    expect(result.reason).toBeUndefined();
    expect(seen(result)).toMatch(/pod uid pod-1, container restarts 1: read \S{36}\npod uid pod-2, .*: read nothing/);
  });

  it.each([
    ["container" as const, /a restarted container should find \S+, but finds nothing/],
    ["for ever" as const, /a new pod should get an empty emptyDir, but it holds/],
  ])("fails when they live as long as the %s", async (lives, reason) => {
    expect((await runExercise("empty-dir", course(lives))).reason).toMatch(reason);
  });
});
