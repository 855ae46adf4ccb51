import { createHash } from "node:crypto";
import { join } from "node:path";

/** Network of the hosts and the first address in it, which is this machine's end of the bridge. */
export const hostNetwork = { cidr: "192.168.110.0/24", prefix: 24, gateway: "192.168.110.1" };

/** Addresses inside the cluster. The API server's Service takes the first Service address, cluster DNS the usual tenth. */
export const clusterNetwork = {
  pods: "10.244.0.0/16",
  services: "10.96.0.0/16",
  apiService: "10.96.0.1",
  dnsService: "10.96.0.10",
  domain: "cluster.local",
};

export const apiServer = `https://${hostNetwork.gateway}:6443`;

/** A guest: its short name is used for files and devices, its host name is the one that users see. */
export interface HostPlan {
  name: string;
  hostname: string;
  address: string;
  /** Most memory it may take, in MiB. */
  memoryMiB: number;
}

export interface NodePlan extends HostPlan {
  /** Range that this node gives its pods addresses from. */
  podCidr: string;
}

/** The hosts have the course's addresses and names. */
export const nas: HostPlan = {
  name: "nas",
  hostname: "nas-192.168.110.168",
  address: "192.168.110.168",
  memoryMiB: 512,
};

export const nodes: NodePlan[] = [1, 2].map((number) => ({
  name: `node${number}`,
  hostname: `node${number}`,
  address: `192.168.110.${10 + number}`,
  memoryMiB: 1500,
  podCidr: `10.244.${number}.0/24`,
}));

export const allHosts: HostPlan[] = [nas, ...nodes];

/** Names and places of one lab; nothing here is looked up, so that a later run finds what a killed one left. */
export interface LabPlaces {
  home: string;
  /** Network namespace, and prefix of whatever else needs a name unique on this machine. */
  namespace: string;
  hosts: string;
  cluster: string;
  ssh: string;
  logs: string;
  /** Records of running processes. */
  run: string;
}

export function placesOf(home: string): LabPlaces {
  const id = createHash("sha256").update(home).digest("hex").slice(0, 8);
  return {
    home,
    namespace: `lab-${id}`,
    hosts: join(home, "hosts"),
    cluster: join(home, "cluster"),
    ssh: join(home, "ssh"),
    logs: join(home, "logs"),
    run: join(home, "run"),
  };
}
