/** What was seen of a directory on the NAS. */
export interface DirectoryFacts {
  used?: number;
  owner?: string;
  mode?: string;
  missing?: true;
}

/** What was seen on the hosts, rarely, and perhaps by nobody. */
export interface HostFacts {
  /** By {@link directoryKey}. */
  directories: Map<string, DirectoryFacts>;
  /** By namespace: what a student has stored, and how much fits. */
  quotas: Map<string, { used: number; limit: number }>;
  /** Mounts that the server refuses, by uid of the pod and the volume's name, with the kernel's words. */
  refused: Map<string, string>;
  /** Names and addresses of nodes on which the server left a mount without an answer. */
  silent: Set<string>;
}

export const directoryKey = (host: string, path: string): string => `${host}:${path}`;
export const mountKey = (podUid: string, volume: string): string => `${podUid} ${volume}`;

export const noFacts = (): HostFacts => ({
  directories: new Map(),
  quotas: new Map(),
  refused: new Map(),
  silent: new Set(),
});
