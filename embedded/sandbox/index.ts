export { requirements } from "./machine/requirements";
export { Sandbox } from "./sandbox";
export type {
  Requirement,
  Host,
  HostState,
  Images,
  NodeState,
  ProcessState,
  SandboxFacts,
  SandboxState,
} from "./types";
