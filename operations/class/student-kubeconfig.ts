import { readFile } from "node:fs/promises";
import { stringify } from "yaml";
import { Failure } from "../../exercises/runner/failure";
import { reasonOf } from "../../exercises/cluster/refusal";
import { studentNamespace } from "../../components/index";
import { readKubeconfig } from "../../stacks/kubeconfig";
import { fromProject } from "../lab";
import type { ClassLab } from "./class-lab";

/** The service account that a student logs in as. */
const ACCOUNT = "student";

/** A kubeconfig for one student, and until when it opens anything. */
export interface StudentKubeconfig {
  text: string;
  expires: Date;
}

/**
 * Asks the API server for tokens of students, which end by themselves and are kept nowhere else, and makes a kubeconfig of
 * each. A reset of the student ends its tokens at once.
 *
 * @param hours How long they are valid; the API server may give less.
 * @param server Address of the API server as students reach it. @default as the class's own kubeconfig has it
 */
export async function studentKubeconfigs(
  { settings }: Pick<ClassLab, "settings">,
  students: string[],
  { hours, server }: { hours: number; server?: string },
): Promise<Map<string, StudentKubeconfig>> {
  const client = await import("@kubernetes/client-node");
  const config = new client.KubeConfig();
  const own = readKubeconfig(config, fromProject(settings));
  const api = config.makeApiClient(client.CoreV1Api);
  const { caData, caFile, skipTLSVerify, tlsServerName } = config.getCurrentCluster() ?? {};
  const authority = caData ?? (caFile && (await readFile(caFile)).toString("base64"));
  const cluster = {
    server: server ?? own,
    ...(authority && { "certificate-authority-data": authority }),
    ...(skipTLSVerify && { "insecure-skip-tls-verify": true }),
    ...(tlsServerName && { "tls-server-name": tlsServerName }),
  };
  const made = new Map<string, StudentKubeconfig>();
  for (const student of students) {
    const namespace = studentNamespace(settings.class, student);
    const spec = { audiences: [], expirationSeconds: hours * 3600 };
    const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec };
    const answer = await api.createNamespacedServiceAccountToken({ namespace, name: ACCOUNT, body }).catch((error) => {
      throw new Failure(`no token for ${student}: ${reasonOf(error)}`, "class status shows whether the lab is there");
    });
    const { token, expirationTimestamp: expires = new Date() } = answer.status ?? {};
    const text = stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": namespace,
      clusters: [{ name: settings.class, cluster }],
      users: [{ name: student, user: { token } }],
      contexts: [{ name: namespace, context: { cluster: settings.class, user: student, namespace } }],
    });
    made.set(student, { text, expires: new Date(expires) });
  }
  return made;
}
