import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../checked";
import { objectMeta } from "../metadata";
import { serviceNameError } from "../object-name";
import { required } from "../required";
import { SERVICE_FIELDS, serviceSpec, type ServiceArgs } from "./headless-service";

/**
 * A Service with an address of its own, behind which the cluster spreads connections over the ready pods: DNS returns
 * that one address, and no pod has a name below it.
 */
export class ClusterIpService extends pulumi.ComponentResource {
  readonly serviceName: pulumi.Output<string>;
  readonly service: k8s.core.v1.Service;
  /** The address, which the cluster gives. */
  readonly clusterIp: pulumi.Output<string>;

  constructor(name: string, args: ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      "storage-lab:workload:ClusterIpService",
      name,
      required(`ClusterIpService ${name}`, args, SERVICE_FIELDS),
      opts,
    );
    const serviceName = checked(this, `serviceName of ClusterIpService ${name}`, args.serviceName, serviceNameError);
    this.service = new k8s.core.v1.Service(
      `${name}-service`,
      {
        metadata: objectMeta({ name: serviceName, namespace: args.namespace }, args.metadata),
        spec: { type: "ClusterIP", ...serviceSpec(args) },
      },
      { parent: this },
    );
    this.serviceName = this.service.metadata.name;
    this.clusterIp = this.service.spec.clusterIP;
    this.registerOutputs({ serviceName: this.serviceName, clusterIp: this.clusterIp });
  }
}
