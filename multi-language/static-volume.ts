import * as pulumi from "@pulumi/pulumi";
import * as library from "../components/index";

export interface StaticVolumeArgs {
  /** Name of the PersistentVolume. */
  volumeName: pulumi.Input<string>;
  /** Name of the claim. */
  claimName: pulumi.Input<string>;
  /** The claim's namespace, which must be there. */
  namespace: pulumi.Input<string>;
  /** The NFS server as the nodes reach it. */
  server: pulumi.Input<string>;
  /** The exported folder, or one below it that is there. */
  path: pulumi.Input<string>;
  /** Size of the volume, such as 64Mi; NFS does not enforce it. */
  capacity: pulumi.Input<string>;
}

/** A PersistentVolume on NFS and its claim, bound to each other from both sides. The data outlive both. */
export class StaticVolume extends pulumi.ComponentResource {
  /** The volume's name. */
  readonly persistentVolume: pulumi.Output<string>;
  /** The claim's name, once it is bound. */
  readonly claim: pulumi.Output<string>;

  constructor(name: string, args: StaticVolumeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("storage-lab:index:StaticVolume", name, args, opts);
    const { server, path, ...pair } = args;
    const volume = new library.StaticVolume(name, { ...pair, source: { type: "nfs", server, path } }, { parent: this });
    this.persistentVolume = volume.volumeName;
    this.claim = volume.claimName;
    this.registerOutputs({ persistentVolume: this.persistentVolume, claim: this.claim });
  }
}
