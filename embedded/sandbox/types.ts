/** A machine that answers SSH. */
export interface Host {
  name: string;
  address: string;
  port: number;
  user: string;
  /** Public host key as known_hosts has it: `ssh-ed25519 AAAA…`. */
  hostKey: string;
}

/** References of the images that the nodes' container runtime holds from the start. */
export interface Images {
  redis: string;
  /** MariaDB. */
  mysql: string;
  nginx: string;
  tools: string;
  /** The tools, and an NFS client that needs nothing of the kernel: what a pod can do to an NFS server. */
  nfsTools: string;
  provisioner: string;
  csiNfs: string;
  csiProvisioner: string;
  csiAttacher: string;
  csiResizer: string;
}

/** What the stacks and the command line need to know about a running sandbox. */
export interface SandboxFacts {
  /** Network namespace that everything of the lab lives in. */
  namespace: string;
  /** Network of the hosts. */
  cidr: string;
  /** Path of the administrator's kubeconfig. */
  kubeconfig: string;
  /** Path of the private key that all hosts accept. */
  sshKey: string;
  knownHosts: string;
  nas: Host;
  nodes: Host[];
  images: Images;
}

/** One of the sandbox's processes on this machine: a host or a part of the control plane. */
export interface ProcessState {
  name: string;
  running: boolean;
  pid?: number;
  /** Memory taken from this machine, in MiB; 0 when not running. */
  memoryMiB: number;
}

export interface HostState extends ProcessState {
  address: string;
}

export interface NodeState {
  name: string;
  ready: boolean;
  /** Why it is not ready. */
  reason?: string;
}

/** What is up and what is not; every part may be down. */
export interface SandboxState {
  namespace: { name: string; present: boolean };
  hosts: HostState[];
  controlPlane: ProcessState[];
  /** Whether the API server says that it is ready. */
  apiReady: boolean;
  nodes: NodeState[];
  /** Sum over hosts and control plane, in MiB. */
  memoryMiB: number;
}

/** One condition that this machine must meet before the sandbox can run on it. */
export interface Requirement {
  name: string;
  ok: boolean;
  /** What was found, in words. */
  found: string;
  /** What to do when `ok` is false. */
  remedy: string;
  /** Set when it is missing Debian packages, which `./lab` may install by itself. */
  packages?: string[];
}
