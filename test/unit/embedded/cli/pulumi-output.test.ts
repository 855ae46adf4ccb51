import { Activity, diagnostics } from "../../../../embedded/cli/pulumi-output";

describe("Activity", () => {
  test("names the resource that is under way, until it is done", () => {
    const activity = new Activity();
    expect(activity.read("Updating (infrastructure-sandbox):\n\n")).toBeUndefined();
    expect(activity.read(" +  kubernetes:core/v1:Namespace shiqi creating (0s) \n")).toBe("Namespace shiqi (creating)");
    expect(activity.read(" ~  kubernetes:apps/v1:StatefulSet redis updating (3s) [diff: ~spec]\n")).toBe(
      "StatefulSet redis (updating)",
    );
    expect(activity.read(" ~  kubernetes:apps/v1:StatefulSet redis updated (18s)\n")).toBe(
      "Namespace shiqi (creating)",
    );
    expect(activity.read(" +  kubernetes:core/v1:Namespace shiqi created (19s)\n")).toBeUndefined();
  });

  test("understands lines that arrive in pieces", () => {
    const activity = new Activity();
    expect(activity.read(" +  kubernetes:core/v1:Name")).toBeUndefined();
    expect(activity.read("space shiqi creating (0s)\n")).toBe("Namespace shiqi (creating)");
  });
});

describe("diagnostics", () => {
  test("keeps what went wrong and leaves out that it did", () => {
    const output = `Updating (course):
 +  pulumi:pulumi:Stack storage-lab-course creating (0s)
Diagnostics:
  pulumi:pulumi:Stack (storage-lab-course):
    error: update failed

  kubernetes:core/v1:Namespace (shiqi):
    error: namespaces "shiqi" already exists

Resources:
    + 1 created
`;
    expect(diagnostics(output)).toBe(
      '  kubernetes:core/v1:Namespace (shiqi):\n    error: namespaces "shiqi" already exists',
    );
  });

  test("without any, quotes the last words", () => {
    expect(diagnostics("error: no stack named 'x' found\n")).toBe("error: no stack named 'x' found");
  });
});
