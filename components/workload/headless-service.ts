import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { serviceSpec, type ServiceArgs } from "./service";

/** A Service without an address of its own: DNS answers with its pods, each under `<pod>.<service>.<namespace>.svc.cluster.local`. */
export class HeadlessService extends pulumi.ComponentResource {
  readonly serviceName: pulumi.Output<string>;

  constructor(name: string, args: ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("storage-lab:workload:HeadlessService", name, {}, opts);
    const service = new k8s.core.v1.Service(
      `${name}-service`,
      {
        metadata: { name: args.serviceName, namespace: args.namespace },
        spec: { clusterIP: "None", ...serviceSpec(args) },
      },
      { parent: this },
    );
    this.serviceName = service.metadata.name;
    this.registerOutputs({ serviceName: this.serviceName });
  }
}
