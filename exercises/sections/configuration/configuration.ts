import type { V1Pod, V1Secret } from "@kubernetes/client-node";
import type { Context, Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { parseMounts } from "../../cluster/mounts";
import { coursePod } from "../../cluster/pods";

const projectedFolder = "/projected-volume";
const secretFolder = "/etc/mysecret";

/** Marks each file in the script's output. */
const marker = "@@ ";

/** The ways in which configuration reaches a container, as seen in the container. */
export const configuration: Exercise = {
  id: "configuration",
  section: "configuration",
  covers: ["projected", "secrets"],
  title:
    "Secrets, a ConfigMap, the pod's own fields and a token are files in one directory; a Secret is also an environment variable",
  proves: "a projected volume combines several sources, in memory and not on a disk",
  readOnly: true,
  timeoutSeconds: 120,
  touches: ({ courseNamespace, projectedPod }) => [`Pod ${courseNamespace}/${projectedPod}`],
  async run(context) {
    const { courseNamespace: namespace, projectedPod, userSecret, passwordSecret, envSecret } = context.settings;
    const pod = await coursePod(context, namespace, projectedPod);
    const [user, password, both] = await Promise.all(
      [userSecret, passwordSecret, envSecret].map((name) => readSecret(context, name)),
    );
    const inside = await look(context, pod);

    for (const [name, secret] of [[userSecret, user] as const, [passwordSecret, password] as const]) {
      for (const [key, value] of valuesOf(secret))
        same(context, inside, `${projectedFolder}/${key}`, `Secret ${name}`, value);
    }
    await showConfigMap(context, inside);
    showOwnFields(context, inside, pod);
    showToken(context, inside.get(`${projectedFolder}/token`) ?? "", namespace);
    for (const [key, value] of valuesOf(both))
      same(context, inside, `${secretFolder}/${key}`, `Secret ${envSecret}`, value);
    showEnvironment(context, inside, pod, both);
    showMemory(context, inside);
  },
};

/** File contents by path and environment variables by name, as seen in the pod; of the token only the payload. */
async function look(context: Context, pod: V1Pod): Promise<Map<string, string>> {
  const { name = "", namespace = "" } = pod.metadata ?? {};
  const variables = secretVariables(pod).map(({ name: variable }) => variable);
  const script = `for file in ${projectedFolder}/* ${secretFolder}/*; do
  echo "${marker}$file"
  case $file in */token) cut -d. -f2 "$file" ;; *) cat "$file" ;; esac
  echo
done
${variables.map((variable) => `echo "${marker}${variable}"; printf %s "$${variable}"; echo`).join("\n")}
echo "${marker}mounts"; cat /proc/mounts`;
  const output = await context.shell(namespace, name, script);
  return new Map(
    output
      .split(new RegExp(`^${marker}`, "m"))
      .slice(1)
      .map((part) => {
        const end = part.indexOf("\n");
        return [part.slice(0, end), part.slice(end + 1).trimEnd()];
      }),
  );
}

async function readSecret(context: Context, name: string): Promise<V1Secret> {
  const { courseNamespace } = context.settings;
  return context.mustFind("Secret", name, courseNamespace);
}

/** A Secret's keys with their decoded values. */
function valuesOf(secret: V1Secret | undefined): [string, string][] {
  return Object.entries(secret?.data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]);
}

/** Fails unless the container has this value. The value may be a secret, so it is compared and not shown. */
function same(context: Context, inside: Map<string, string>, place: string, source: string, value: string): void {
  const found = inside.get(place);
  if (found === undefined)
    throw new Failure(`${place} does not exist in the pod; it should have the value of ${source}`);
  if (found !== value.trimEnd()) throw new Failure(`${place} differs from ${source}`);
  context.saw(place, `same as ${source}, ${Buffer.byteLength(value)} bytes`);
}

async function showConfigMap(context: Context, inside: Map<string, string>): Promise<void> {
  const { courseNamespace, configMap: name } = context.settings;
  const configMap = await context.mustFind("ConfigMap", name, courseNamespace);
  for (const [key, value] of Object.entries(configMap.data ?? {})) {
    same(context, inside, `${projectedFolder}/${key}`, `ConfigMap ${name}`, value);
    context.saw(`text of ${key}`, value.trim().replaceAll("\n", "; "));
  }
}

/** The downward API: the pod's own metadata. */
function showOwnFields(context: Context, inside: Map<string, string>, pod: V1Pod): void {
  const labels = Object.entries(pod.metadata?.labels ?? {})
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join("\n");
  same(context, inside, `${projectedFolder}/labels`, "the pod's metadata.labels", labels);
  same(context, inside, `${projectedFolder}/name`, "the pod's metadata.name", pod.metadata?.name ?? "");
  context.saw("labels and name", `${labels.replaceAll("\n", ", ")}; ${pod.metadata?.name}`);
}

/** The payload of a service account's token (RFC 7519). */
interface Claims {
  aud?: string[];
  sub?: string;
  iat?: number;
  exp?: number;
}

/** @param payload The token's middle part, in base64url. The token itself grants access and is not read. */
function showToken(context: Context, payload: string, namespace: string): void {
  const said = claimsIn(payload);
  const seconds = (said.exp ?? 0) - (said.iat ?? 0);
  context.saw("token", `of ${said.sub}, for ${said.aud?.join(", ")}, valid for ${seconds} s`);
  if (!said.sub?.startsWith(`system:serviceaccount:${namespace}:`) || seconds < 600) {
    throw new Failure(`${projectedFolder}/token is not a service account token of ${namespace} that expires`);
  }
}

function claimsIn(payload: string): Claims {
  try {
    return JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Claims;
  } catch {
    throw new Failure(`${projectedFolder}/token is not a token`);
  }
}

function secretVariables(pod: V1Pod): { name: string; secret?: string; key: string }[] {
  return (pod.spec?.containers[0]?.env ?? []).flatMap(({ name, valueFrom }) => {
    const ref = valueFrom?.secretKeyRef;
    return ref ? [{ name, secret: ref.name, key: ref.key }] : [];
  });
}

function showEnvironment(
  context: Context,
  inside: Map<string, string>,
  pod: V1Pod,
  secret: V1Secret | undefined,
): void {
  const { envSecret } = context.settings;
  const variables = secretVariables(pod).filter((variable) => variable.secret === envSecret);
  if (variables.length === 0)
    throw new Failure(`Pod ${pod.metadata?.name} has no environment variable from Secret ${envSecret}`);
  const values = new Map(valuesOf(secret));
  for (const { name, key } of variables)
    same(context, inside, name, `Secret ${envSecret}, key ${key}`, values.get(key) ?? "");
}

/** Both folders are in the node's memory. */
function showMemory(context: Context, inside: Map<string, string>): void {
  const mounts = parseMounts(inside.get("mounts") ?? "");
  for (const folder of [projectedFolder, secretFolder]) {
    const type = mounts.find(({ path }) => path === folder)?.type;
    context.saw(`mount at ${folder}`, `type ${type ?? "none"}`);
    if (type !== "tmpfs") throw new Failure(`${folder} should be in memory (tmpfs), but is ${type ?? "not a mount"}`);
  }
}
