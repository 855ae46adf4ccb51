import * as pulumi from "@pulumi/pulumi";
import { StaticVolume } from "../../../components/storage/static-volume";

const config = new pulumi.Config();
const alias = config.get("alias");

new StaticVolume(
  config.require("name"),
  {
    volumeName: "pv-renamed",
    claimName: "pvc-renamed",
    namespace: "default",
    source: { type: "nfs", server: "192.168.110.168", path: "/nfs/renamed" },
    capacity: "64Mi",
  },
  alias === undefined ? {} : { aliases: [{ name: alias }] },
);
