import manifest from "../../package.json";

/** The plugins that this project's programs need: the language host and two providers. */
export const pluginNames = ["nodejs", "command", "kubernetes"] as const;
export type PluginName = (typeof pluginNames)[number];

/** Versions that the SDK packages in package.json ask for; engine and plugins go with them. */
export const wanted: Record<PluginName | "engine", string> = {
  engine: manifest.dependencies["@pulumi/pulumi"],
  nodejs: manifest.dependencies["@pulumi/pulumi"],
  command: manifest.dependencies["@pulumi/command"],
  kubernetes: manifest.dependencies["@pulumi/kubernetes"],
};

/** Ends the version of everything that is built from embedded/engine/; the same as Mark in internal/edition. */
export const mirrorMark = "+storage-lab-mirror";

/** Whether a version can serve where another is wanted: the same major version, and not older. */
export function fits(found: string, asked: string): boolean {
  const [one, other] = [numbers(found), numbers(asked)];
  if (one[0] !== other[0]) return false;
  return one[1] === other[1] ? one[2] >= other[2] : one[1] > other[1];
}

/** A version without a leading v and without what follows its three numbers. */
export function plain(version: string): string {
  return numbers(version).join(".");
}

function numbers(version: string): [number, number, number] {
  const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version);
  return [Number(match?.[1]), Number(match?.[2]), Number(match?.[3])];
}

/** What Pulumi calls a plugin of this name: its kind, as in the folders of PULUMI_HOME, and its executable. */
export function pluginFile(name: PluginName): { kind: "language" | "resource"; executable: string } {
  const kind = name === "nodejs" ? "language" : "resource";
  return { kind, executable: `pulumi-${kind}-${name}` };
}
