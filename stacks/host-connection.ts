import * as pulumi from "@pulumi/pulumi";
import type { SshConnection } from "../components/index";
import type { HostConfig } from "./host-schema";

/** How the program logs in to a host of its config, with the stack's own key. */
export function hostConnection({ host, port, user, hostKey }: Omit<HostConfig, "name">): SshConnection {
  return { host, port, user, hostKey, privateKey: new pulumi.Config().requireSecret("sshPrivateKey") };
}
