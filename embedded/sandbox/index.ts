export { checks } from "./machine/requirements";
export { Sandbox } from "./sandbox";
export type { Check, Host, HostState, Images, NodeState, ProcessState, SandboxFacts, SandboxState } from "./types";
