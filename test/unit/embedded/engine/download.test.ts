import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { downloadEngine, downloadPlugin } from "../../../../embedded/engine/download";
import { run } from "../../../../embedded/toolkit/run";
import { executable, scratch } from "./fixtures";

const step = { waiting: () => {}, note: () => {} };
const before = { ...process.env };
let server: Server;
let home: string;

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env.STORAGE_LAB_PULUMI_RELEASES = `http://${host}/releases`;
  return host;
}

beforeEach(() => {
  home = scratch();
  process.env.STORAGE_LAB_CACHE = join(home, "cache");
});

afterEach(() => {
  process.env = { ...before };
  rmSync(home, { recursive: true, force: true });
  server.closeAllConnections();
  server.close();
});

test("the engine and its language host come from one download, which is kept", async () => {
  executable(join(home, "pulumi", "pulumi"), "engine");
  executable(join(home, "pulumi", "pulumi-language-nodejs"), "host");
  await run("tar", ["-czf", join(home, "archive"), "-C", home, "pulumi"]);
  const asked: (string | undefined)[] = [];
  await serve((request, response) => {
    asked.push(request.url);
    response.end(readFileSync(join(home, "archive")));
  });
  expect(readFileSync(join(await downloadEngine(step), "pulumi"), "utf8")).toBe("engine");
  expect(readFileSync(await downloadPlugin("nodejs", step), "utf8")).toBe("host");
  expect(asked).toEqual(["/releases/sdk/pulumi-v3.259.0-linux-x64.tar.gz"]);
});

test("a refusal names the host and what it said, and is final", async () => {
  let asked = 0;
  const host = await serve((_request, response) => {
    asked += 1;
    response.writeHead(403).end();
  });
  const refusal = `${host} does not give pulumi-resource-command-v1.2.1-linux-amd64: HTTP status 403`;
  await expect(downloadPlugin("command", step)).rejects.toThrow(refusal);
  await expect(downloadPlugin("kubernetes", step)).rejects.toThrow(refusal);
  expect(asked).toBe(1);
});

test("a server that says nothing costs five seconds, once", async () => {
  const host = await serve(() => {});
  const start = Date.now();
  await expect(downloadPlugin("command", step)).rejects.toThrow(`${host} does not give`);
  await expect(downloadPlugin("kubernetes", step)).rejects.toThrow("no answer within 5 s");
  expect(Date.now() - start).toBeLessThan(9_500); // two would be ten
});

test("what is no archive is not kept", async () => {
  mkdirSync(join(home, "cache"));
  await serve((_request, response) => response.end("<html>please log in</html>"));
  await expect(downloadPlugin("command", step)).rejects.toThrow("does not give pulumi-resource-command");
  expect(readdirSync(join(home, "cache"))).toEqual([expect.stringMatching(/\.lock$/)]);
});
