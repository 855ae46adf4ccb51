import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { csiNfsSource } from "../../components/index";
import { run } from "../../embedded/toolkit/run";
import { projectRoot } from "../../embedded/cli/lab-files";
import { waitFor } from "../../exercises/runner/wait";
import { claimText } from "../support/accidents/accident";
import { wentWell } from "../support/expectations";
import { measured } from "../support/measured";
import { TestLab } from "../support/test-lab";

const lab = new TestLab();
const namespace = "test-csi";

beforeAll(() => lab.kubectl("create", "namespace", namespace));
afterAll(() => lab.kubectl("delete", "namespace", namespace, "--ignore-not-found", "--timeout=120s"));

test("csi-sanity passes on a node, against the NAS", async () => {
  const folder = mkdtempSync(join(tmpdir(), "csi-sanity-"));
  try {
    const program = join(folder, "csi-sanity");
    // With the flags that the sandbox is built with, so that little is compiled anew.
    const flags = ["-trimpath", "-buildvcs=false", "-gcflags=all=-dwarf=false", "-ldflags", "-s -w"];
    await run("go", ["test", "-c", ...flags, "-o", program, "."], {
      cwd: join(projectRoot, "embedded/sandbox/go/csi-nfs"),
      env: { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOWORK: "off" },
    });
    const install = "base64 -d > /run/csi-sanity && chmod +x /run/csi-sanity";
    wentWell(await lab.run(["ssh", "node1", "--", install], { input: readFileSync(program, "base64") }));
  } finally {
    rmSync(folder, { recursive: true });
  }
  const before = await lab.ssh("nas", "ls /nfs");
  const test = "CSI_SANITY_SERVER=192.168.110.168 CSI_SANITY_SHARE=/nfs /run/csi-sanity -test.run 'TestSanity$' 2>&1";
  const { output, seconds } = await lab.run(["ssh", "node1", "--", `cd /run && ${test}; rm csi-sanity`]);
  const [, passed = "0", failed] = /csi-sanity: (\d+) specs passed, (\d+) failed/.exec(output) ?? [];
  if (failed !== "0" || Number(passed) < 35) throw new Error(output);
  measured("csi-sanity on a node", seconds);
  expect(await lab.ssh("nas", "ls /nfs")).toBe(before);
  expect(await lab.ssh("node1", "grep -c csi-sanity /proc/mounts || true")).toBe("0\n");
});

/** Creates the claims of its input, and prints how many milliseconds it takes until 20 are Bound; then deletes them. */
const manyClaims = `set -euo pipefail
count() { kubectl get "$1" --all-namespaces --output=jsonpath="{$2}" | tr ' ' '\\n' | grep -cx "$3" || true; }
start=$(date +%s%N)
kubectl create --filename=- >&2
until [ "$(count pvc ".items[?(@.metadata.namespace=='${namespace}')].status.phase" Bound)" = 20 ]; do :; done
echo $((($(date +%s%N) - start) / 1000000))
kubectl delete pvc --all --namespace=${namespace} >&2
until [ "$(count pv '.items[*].spec.claimRef.namespace' ${namespace})" = 0 ]; do sleep 0.5; done`;

async function secondsUntilBound(storageClass: string): Promise<number> {
  const items = Array.from({ length: 20 }, (_, index) => claimText(`claim-${index}`, namespace, storageClass));
  const ended = await lab.run(["exec", "--", "bash", "-c", manyClaims], { input: items.join("\n"), limit: 240 });
  return Number(wentWell(ended).stdout.trim()) / 1000;
}

test("20 claims at once of the CSI class are Bound as soon as those of the subdirectory provisioner", async () => {
  const sum = { "nfs-client": 0, "nfs-csi": 0 };
  for (const name of ["nfs-client", "nfs-csi", "nfs-csi", "nfs-client"] as const) {
    sum[name] += await secondsUntilBound(name);
  }
  measured("20 claims of the subdirectory provisioner", sum["nfs-client"] / 2);
  measured("20 claims of the CSI driver", sum["nfs-csi"] / 2);
  const ratio = sum["nfs-csi"] / sum["nfs-client"];
  measured("  as a ratio, in hundredths", ratio * 100, "%");
  // It is 1 on a quiet machine, up to 1.6 with other work on both cores; before calls shared a mount it was 1.9 and more.
  expect(ratio).toBeLessThan(1.9);
});

test("a static volume is mounted as csiNfsSource writes it, and Retain keeps its directory", async () => {
  const directory = `${namespace}-static`;
  const { type, ...source } = csiNfsSource({ server: "192.168.110.168", share: "/nfs", subDir: directory });
  const csi = await new Promise<object>((resolve) => pulumi.output(source).apply(resolve));
  expect(type).toBe("csi");
  const volume = {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: directory },
    spec: {
      accessModes: ["ReadWriteMany"],
      capacity: { storage: "64Mi" },
      persistentVolumeReclaimPolicy: "Retain",
      claimRef: { namespace, name: "static" },
      csi,
    },
  };
  await lab.ssh("nas", `mkdir -m 0777 /nfs/${directory} && echo kept > /nfs/${directory}/file`);
  try {
    const claim = claimText("static", namespace, "", { volumeName: directory });
    await create(JSON.stringify(volume), claim, await podText("static", "static"));
    await lab.kubectl("wait", "pod/static", `--namespace=${namespace}`, "--for=condition=Ready", "--timeout=120s");
    const exec = ["exec", "static", `--namespace=${namespace}`, "--", "sh", "-c"];
    expect(await lab.kubectl(...exec, "cat /data/file && echo written > /data/more")).toBe("kept\n");
    await lab.kubectl("delete", "pod/static", "pvc/static", `--namespace=${namespace}`, "--timeout=120s");
    await lab.kubectl("delete", "pv", directory, "--timeout=60s");
    expect(await lab.ssh("nas", `cat /nfs/${directory}/file /nfs/${directory}/more`)).toBe("kept\nwritten\n");
  } finally {
    await lab.kubectl("delete", "pv", directory, "--ignore-not-found", "--wait=false");
    await lab.ssh("nas", `rm -r /nfs/${directory}`);
  }
});

test("the NAS is away: a claim and a mount fail with the cause, the pod can be deleted, and all goes on when it is back", async () => {
  await create(claimText("before", namespace, "nfs-csi"));
  const volume = await bound("before");
  await lab.ssh("nas", "systemctl stop nfs-server");
  try {
    await create(claimText("meanwhile", namespace, "nfs-csi"), await podText("user", "before"));
    await event("meanwhile", "ProvisioningFailed", /192\.168\.110\.168:\/nfs.*: check that the NFS server runs/);
    await lab.kubectl("delete", "pod", "user", `--namespace=${namespace}`, "--wait=false");
    await waitFor("the pod to go", { timeout: 180_000, interval: 1000 }, async () => {
      const found = await lab.object("pod", "user", `--namespace=${namespace}`);
      return found ? { missing: JSON.stringify(found) } : { done: undefined };
    });
    expect(await lab.ssh("node1", `grep -c ${volume} /proc/mounts || true`)).toBe("0\n");
  } finally {
    await lab.ssh("nas", "systemctl start nfs-server");
  }
  await bound("meanwhile");
  await lab.ok(["probe"]);
});

/** A pod that mounts a claim at /data, on node1. */
async function podText(name: string, claimName: string): Promise<string> {
  const mount = { name: "data", mountPath: "/data" };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace },
    spec: {
      nodeSelector: { "kubernetes.io/hostname": "node1" },
      terminationGracePeriodSeconds: 1,
      containers: [{ name: "shell", image: await image(), command: ["sleep", "infinity"], volumeMounts: [mount] }],
      volumes: [{ name: "data", persistentVolumeClaim: { claimName } }],
    },
  });
}

/** An image with a shell, which the nodes have. */
async function image(): Promise<string> {
  const path = "{.spec.template.spec.containers[0].image}";
  return lab.kubectl("get", "statefulset", "redis-csi", "--namespace=shiqi", `--output=jsonpath=${path}`);
}

async function create(...objects: string[]): Promise<void> {
  wentWell(await lab.run(["exec", "--", "kubectl", "create", "--filename=-"], { input: objects.join("\n") }));
}

/** Waits until a claim is Bound, and returns its volume's name. */
function bound(claim: string): Promise<string> {
  return waitFor<string>(`claim ${claim} to be Bound`, { timeout: 240_000, interval: 1000 }, async () => {
    const found = await lab.object<V1PersistentVolumeClaim>("pvc", claim, `--namespace=${namespace}`);
    return found?.status?.phase === "Bound"
      ? { done: found.spec?.volumeName ?? "" }
      : { missing: `it is ${found?.status?.phase}` };
  });
}

/** Waits for an event whose message matches. */
async function event(object: string, reason: string, message: RegExp): Promise<void> {
  const selector = `--field-selector=involvedObject.name=${object},reason=${reason}`;
  await waitFor(`event ${reason} of ${object}`, { timeout: 180_000, interval: 2000 }, async () => {
    const path = "--output=jsonpath={.items[*].message}";
    const found = await lab.kubectl("get", "events", `--namespace=${namespace}`, selector, path);
    return message.test(found) ? { done: undefined } : { missing: found || "there is none" };
  });
}
