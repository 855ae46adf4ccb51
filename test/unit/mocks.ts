import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";

// The SDK's mocks (3.259) say that they support error hooks, but lack the call.
Object.assign(MockMonitor.prototype, {
  registerErrorHook: (_request: unknown, done: (error: Error | null, answer: object) => void) => done(null, {}),
});

/** A resource as the engine was asked to make it. */
export interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

export interface Deployment {
  resources: Registered[];
  /** The inputs of the one resource of this type and name. */
  inputs: (type: string, name: string) => Record<string, unknown>;
  names: (type: string) => string[];
}

export interface MockOptions {
  preview?: boolean;
  stack?: string;
  /** Outputs of stacks by name; a stack that is not here does not exist. */
  stacks?: Record<string, Record<string, unknown>>;
  /** The stack's own state as an earlier run left it: URN → what `readStackResourceOutputs` says of it. @default nothing */
  state?: Record<string, { type: string; outputs: object }>;
  /** What the engine knows of a resource once it is made, next to its inputs. @default nothing */
  outputs?: (resource: Registered) => Record<string, unknown>;
  /** Called with the name of each resource as it is registered, also when the program then fails. */
  onRegister?: (name: string) => void;
}

/** Runs a program against a mocked engine, and returns what it registered once all of it has been. */
export async function deploy(program: () => unknown, options: MockOptions = {}): Promise<Deployment> {
  const resources: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, id }) => {
        const known = inputs as Record<string, unknown>;
        if (type === "pulumi:pulumi:StackReference") {
          return { id, state: { ...known, outputs: options.stacks?.[id ?? ""] } };
        }
        options.onRegister?.(name);
        const resource = { type, name, inputs: known };
        resources.push(resource);
        const metadata = known.metadata as { name?: string } | undefined;
        // What does not exist yet has no id.
        const made = options.preview ? undefined : (metadata?.name ?? `${name}-id`);
        return { id: made, state: { ...known, ...options.outputs?.(resource) } };
      },
      call: ({ token, inputs }) => {
        const { name } = inputs as { name: string };
        if (token === "pulumi:pulumi:readStackResourceOutputs") return { outputs: options.state ?? {} };
        if (token !== "pulumi:pulumi:readStackOutputs") throw new Error(`unexpected call of ${token}`);
        // As gRPC says it.
        if (!options.stacks?.[name]) throw Object.assign(new Error(), { details: `unknown stack "${name}"` });
        return { outputs: options.stacks[name] };
      },
    },
    "storage-lab",
    options.stack ?? "test",
    options.preview ?? false,
    "organization",
  );
  try {
    await program();
  } finally {
    // Also after an error: what is still on its way to this engine would reach that of the next test.
    await pulumi.runtime.disconnect();
  }
  return {
    resources,
    names: (type) => resources.filter((each) => each.type === type).map((each) => each.name),
    inputs: (type, name) => {
      const found = resources.filter((each) => each.type === type && each.name === name);
      if (found.length !== 1) {
        const all = resources.map((each) => `${each.type} ${each.name}`).join("\n");
        throw new Error(`${found.length} resources ${type} ${name}; registered are:\n${all}`);
      }
      return (found[0] as Registered).inputs;
    },
  };
}

/** The value of an Output. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}

/** Everything that the engine was told in clear: what is marked as secret is left out. */
export function inClear(resources: Registered[]): string {
  return JSON.stringify(resources, (_key, value: unknown) =>
    (value as Record<string, unknown> | null)?.[pulumi.runtime.specialSigKey] === pulumi.runtime.specialSecretSig
      ? undefined
      : value,
  );
}

/** How a secret value reaches the engine. */
export function secret(value: unknown): Record<string, unknown> {
  return { [pulumi.runtime.specialSigKey]: pulumi.runtime.specialSecretSig, value };
}
