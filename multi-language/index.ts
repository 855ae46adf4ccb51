/**
 * The library for programs that are not written in TypeScript: `pulumi package add <this folder>` gives them these classes
 * as `storage-lab:index:<Name>`. Their arguments are flat and name what is used most; what is left out has the library's
 * default. The components below them keep the library's own types, `storage-lab:<group>:<Name>`.
 */
import { componentProviderHost } from "@pulumi/pulumi/provider/experimental";
import { NfsClient, NfsServer } from "./nfs";
import { RedisStatefulSet } from "./redis-stateful-set";
import { StaticVolume } from "./static-volume";

void componentProviderHost({
  name: "storage-lab",
  dirname: __dirname,
  components: [NfsServer, NfsClient, StaticVolume, RedisStatefulSet],
});
