/** What Pulumi's Automation API serves its programs with; the package has it without types, and in a pinned version. */
declare module "@pulumi/pulumi/automation/server" {
  import type { UntypedServiceImplementation } from "@grpc/grpc-js";
  import type { PulumiFn } from "@pulumi/pulumi/automation";

  export const LanguageServer: new (program: PulumiFn) => UntypedServiceImplementation;
}
