import { createServer, type AddressInfo } from "node:net";
import { handbook } from "../../../embedded/cli/verbs/handbook";
import * as spawn from "../../../embedded/cli/spawn";

jest.mock("../../../embedded/cli/spawn", () => ({ handOver: jest.fn(() => Promise.resolve()) }));
jest.mock("node:fs/promises", () => ({ readFile: () => Promise.resolve(""), writeFile: () => Promise.resolve() }));
const handOver = jest.mocked(spawn.handOver);
beforeEach(() => handOver.mockClear());

const serve = (...options: string[]) => handbook().parseAsync(options, { from: "user" });

test("serves where it is told, whatever HOST and PORT say", async () => {
  await serve("--port", "18473", "--host", "127.0.0.1");
  const [command, options] = handOver.mock.lastCall ?? [];
  expect([command?.[1], options?.env]).toEqual([
    expect.stringContaining("sirv-cli"),
    { HOST: "127.0.0.1", PORT: "18473" },
  ]);
});

test("says that a port is taken, before it installs or builds anything", async () => {
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
  const { port } = other.address() as AddressInfo;
  try {
    await expect(serve("--port", String(port))).rejects.toThrow(`cannot be served at 127.0.0.1, port ${port}: `);
    expect(handOver).not.toHaveBeenCalled();
    await serve("--port", String(port), "--build");
    expect(handOver).toHaveBeenCalled();
  } finally {
    other.close();
  }
});
