import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(__dirname, "../../..");
const program = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, ["--import", "tsx", "exercises/runner/main.ts", ...args], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, ...env },
  });

jest.setTimeout(120_000);

describe("the program", () => {
  it("ends with 2 and the choices when asked for what there is not", () => {
    const { status, stderr } = program(["--only", "dns", "nonsense"]);
    expect(status).toBe(2);
    expect(stderr).toContain("unknown exercise: nonsense");
    expect(stderr).toContain("claim-ref-walk");
  });

  it("ends with 2 when called with a flag that there is not", () => {
    expect(program(["--nonsense"]).status).toBe(2);
  });

  it("ends with 2 and a plain sentence when there is no kubeconfig", () => {
    const { status, stderr } = program([], { KUBECONFIG: "/nonexistent/kubeconfig" });
    expect(status).toBe(2);
    expect(stderr).toContain("cannot read the kubeconfig");
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("lists the exercises of one section alone, and knows no section of another name", () => {
    const { stdout } = program(["--list", "--json", "--section", "states"]);
    const listed = JSON.parse(stdout) as { id: string; section: string }[];
    expect(listed.map(({ id }) => id)).toContain("claim-ref-walk");
    expect(new Set(listed.filter(({ id }) => id !== "leftovers").map(({ section }) => section))).toEqual(
      new Set(["states"]),
    );
    const { status, stderr } = program(["--list", "--section", "nonsense"]);
    expect(status).toBe(2);
    expect(stderr).toContain("Allowed choices are volumes, classes");
  });

  it("lists what it would touch, and touches nothing", () => {
    const { status, stdout } = program(["--list", "--json", "--course-namespace", "elsewhere"]);
    expect(status).toBe(0);
    const listed = JSON.parse(stdout) as { id: string; touches: string[] }[];
    expect(listed.map(({ id }) => id)).toContain("static-pair");
    expect(listed.flatMap(({ touches }) => touches)).toContain("StatefulSet elsewhere/statefulset-redis-exist-pvc");
  });
});
