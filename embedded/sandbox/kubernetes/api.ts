import { join } from "node:path";
import { run } from "../../toolkit/run";
import { enterNamespace } from "../hosts/network";
import type { LabPlaces } from "../plan";

export function adminKubeconfig(places: LabPlaces): string {
  return join(places.cluster, "admin.kubeconfig");
}

/** Where the lab's users find kubectl: a folder for their PATH. */
export function kubectlPath(places: LabPlaces): string {
  return join(places.home, "bin", "kubectl");
}

/** The administrator's access to the lab's API server, through kubectl. */
export class ClusterApi {
  constructor(private readonly places: LabPlaces) {}

  async kubectl(args: string[], options: { input?: string; timeout?: number } = {}): Promise<string> {
    const { places } = this;
    const command = [kubectlPath(places), "--kubeconfig", adminKubeconfig(places), ...args];
    const [file, ...rest] = enterNamespace(places.namespace, command);
    const env = { KUBECACHEDIR: join(places.cluster, "kubectl-cache") };
    return run(file, rest, { env, input: options.input, timeout: options.timeout ?? 20_000 });
  }

  /** Undefined when the API server is ready, else why it is not. */
  async unready(): Promise<string | undefined> {
    return this.kubectl(["get", "--raw", "/readyz"], { timeout: 5000 }).then(
      () => undefined,
      (error: Error) => error.message,
    );
  }

  /** Makes the objects be as given; fields that others own stay theirs unless given here. */
  async apply(objects: object[]): Promise<void> {
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    const args = ["apply", "--server-side", "--force-conflicts", "--field-manager=storage-lab", "--validate=false"];
    await this.kubectl([...args, "-f", "-"], { input: list });
  }

  /** Undefined when an HTTP server without TLS answers well at `path`, else why not. kubectl, since no other client is sure to be installed. */
  async httpError(server: string, path: string): Promise<string | undefined> {
    return this.kubectl(["--server", server, "get", "--raw", path], { timeout: 5000 }).then(
      () => undefined,
      (error: Error) => error.message,
    );
  }

  async list<T>(resources: string, namespace: string): Promise<T[]> {
    const text = await this.kubectl(["get", resources, "--namespace", namespace, "--output", "json"]);
    return (JSON.parse(text) as { items: T[] }).items;
  }
}
