import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../checked";
import { objectMeta, type Metadata } from "../metadata";
import { serviceNameError } from "../object-name";
import { required, type RequiredFields } from "../required";

/** A Service without an address of its own: DNS returns its pods, each under `<pod>.<service>.<namespace>.svc.cluster.local`. */
export class HeadlessService extends pulumi.ComponentResource {
  readonly serviceName: pulumi.Output<string>;
  readonly service: k8s.core.v1.Service;

  constructor(name: string, args: ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      "storage-lab:workload:HeadlessService",
      name,
      required(`HeadlessService ${name}`, args, SERVICE_FIELDS),
      opts,
    );
    const serviceName = checked(this, `serviceName of HeadlessService ${name}`, args.serviceName, serviceNameError);
    this.service = new k8s.core.v1.Service(`${name}-service`, headlessService({ ...args, serviceName }), {
      parent: this,
    });
    this.serviceName = this.service.metadata.name;
    this.registerOutputs({ serviceName: this.serviceName });
  }
}

export interface ServiceArgs {
  /**
   * Its name, under which DNS knows it. For a headless Service also the second part of its pods' DNS names, and what a
   * StatefulSet's `serviceName` must say.
   */
  serviceName: pulumi.Input<string>;
  namespace: pulumi.Input<string>;
  /** Labels of the pods. Example: `{ app: "redis-exist-pvc" }`. */
  selector: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** The pods' port and its name. Example: `{ name: "redis", port: 6379 }`. */
  port: { name: string; port: number };
  /** Labels and annotations of the Service. @default none */
  metadata?: Metadata;
}

/** Those without a default. */
export const SERVICE_FIELDS: RequiredFields<ServiceArgs> = {
  serviceName: true,
  namespace: true,
  selector: true,
  port: { name: true, port: true },
};

/** What a Service's spec says, with an address of its own or without. */
export function serviceSpec({ selector, port: { name, port } }: ServiceArgs) {
  return { selector, ports: [{ name, protocol: "TCP", port, targetPort: port }] };
}

/** The Service itself. */
export function headlessService(args: ServiceArgs): k8s.core.v1.ServiceArgs {
  return {
    metadata: objectMeta({ name: args.serviceName, namespace: args.namespace }, args.metadata),
    spec: { clusterIP: "None", ...serviceSpec(args) },
  };
}
