import * as pulumi from "@pulumi/pulumi";
import { containsUnknowns, isUnknown, unknown } from "@pulumi/pulumi/output";
import * as library from "../../../components/index";
import { deploy, type Registered } from "../mocks";
import { components, type Given } from "./every-component";

const isComponent = (value: unknown): boolean =>
  typeof value === "function" && value.prototype instanceof pulumi.ComponentResource;

test("every component of the library is tried here", () => {
  const exported = Object.entries(library).filter(([, value]) => isComponent(value));
  expect(Object.keys(components).sort()).toEqual(exported.map(([name]) => name).sort());
});

interface Made {
  resources: Registered[];
  /** The Outputs that the component offers; `unknown` where the value is not known. */
  outputs: Record<string, unknown>;
}

/** Makes a component and waits for all that it says. */
async function made(make: (given: Given) => pulumi.ComponentResource, given: Given, preview: boolean): Promise<Made> {
  let component: pulumi.ComponentResource | undefined;
  const { resources } = await deploy(() => (component = make(given)), { preview });
  const outputs: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(component ?? {})) {
    // `urn` and what else begins with `__` is the SDK's.
    if (name === "urn" || name.startsWith("__") || !pulumi.Output.isInstance(value)) continue;
    const output = value as unknown as { isKnown: Promise<boolean>; promise(): Promise<unknown> };
    outputs[name] = (await output.isKnown) ? await output.promise() : unknown;
  }
  return { resources, outputs };
}

/** Where a value says something else than `known`: each part of it is the same or unknown. */
function differences(known: unknown, value: unknown, path: string): string[] {
  if (isUnknown(value)) return [];
  if (typeof known !== "object" || known === null || typeof value !== "object" || value === null) {
    return known === value ? [] : [`${path}: ${JSON.stringify(value)} instead of ${JSON.stringify(known)}`];
  }
  const keys = new Set([...Object.keys(known), ...Object.keys(value)]);
  return [...keys].flatMap((key) =>
    differences((known as Record<string, unknown>)[key], (value as Record<string, unknown>)[key], `${path}.${key}`),
  );
}

const named = ({ type, name }: Registered) => `${type} ${name}`;

/** Fails unless a preview says what `known` says, wherever it says anything. */
function expectSame(known: Made, preview: Made): void {
  expect(preview.resources.map(named).sort()).toEqual(known.resources.map(named).sort());
  const inputs = ({ resources }: Made) =>
    Object.fromEntries(resources.map((each) => [named(each), each.inputs] as const));
  expect(differences(inputs(known), inputs(preview), "inputs")).toEqual([]);
  expect(differences(known.outputs, preview.outputs, "outputs")).toEqual([]);
}

const variants = Object.entries(components).flatMap(([name, made]) =>
  Object.entries(made).map(([what, make]) => ({ what: `${name}${what && ` ${what}`}`, make })),
);

const plainly: Given = (value) => value;
const nothing: Given = () => pulumi.output(unknown) as never;

describe.each(variants)("a preview of $what", ({ make }) => {
  let known: Made;
  beforeAll(async () => {
    known = await made(make, plainly, false);
  });

  test("with known inputs has the same children", async () => {
    expectSame(known, await made(make, plainly, true));
  });

  test("with unknown inputs has the same children, and no wrong text in them or in its outputs", async () => {
    const preview = await made(make, nothing, true);
    expectSame(known, preview);
    expect(preview.resources.some(({ inputs }) => containsUnknowns(inputs))).toBe(true);
    expect(Object.values(preview.outputs).filter((output) => !containsUnknowns(output))).toEqual([]);
  });

  test("with one unknown input at a time", async () => {
    let count = 0;
    await made(make, (value) => ((count += 1), value), true);
    expect(count).toBeGreaterThan(0);
    for (let missing = 0; missing < count; missing++) {
      let index = 0;
      const preview = await made(make, (value) => (index++ === missing ? nothing(value) : value), true);
      expectSame(known, preview);
    }
  });
});
