import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { newCode } from "../../../../operations/cards/card-code";
import { IssuedCodes } from "../../../../operations/cards/issued-codes";
import { classHandOut, handOutLines, requireClass } from "../../../../operations/page/server/class-hand-out";
import { servePage, type PageServer } from "../../../../operations/page/server/page-server";
import { PictureKeeper } from "../../../../operations/page/server/picture-keeper";
import type { ClassroomConfig } from "../../../../stacks/classroom/classroom-schema";

let folder: string;
let api: Server;
let server: PageServer;
let codes: IssuedCodes;
let asked: { path: string; seconds?: number }[];
let said: string[];

// Its thousand modules are translated once, which takes longer than a test may.
beforeAll(() => import("@kubernetes/client-node"), 60_000);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "hand-out-"));
  codes = new IssuedCodes(folder);
  [asked, said] = [[], []];
  // An API server that knows tokens alone.
  api = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += String(part)));
    request.on("end", () => {
      const { spec } = JSON.parse(body || "{}") as { spec?: { expirationSeconds: number } };
      asked.push({ path: `${request.method} ${request.url}`, seconds: spec?.expirationSeconds });
      response.writeHead(201, { "content-type": "application/json" });
      const status = { token: "the-token", expirationTimestamp: new Date().toISOString() };
      response.end(JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec, status }));
    });
  });
  await new Promise<void>((done) => api.listen(0, "127.0.0.1", done));
  const { port } = api.address() as AddressInfo;
  const kubeconfig = JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "own",
    clusters: [{ name: "own", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }],
    users: [{ name: "teacher", user: { token: "the-teachers-token" } }],
    contexts: [{ name: "own", context: { cluster: "own", user: "teacher" } }],
  });
  const settings = { class: "school", kubeconfig } as ClassroomConfig;
  const handOut = classHandOut(requireClass({ stack: "classroom-school", classroom: { settings } }), codes, (line) =>
    said.push(line),
  );
  server = await servePage(new PictureKeeper("lab"), { script: "", style: "" }, { port: 0 }, handOut);
});
afterEach(async () => {
  await server.stop();
  api.closeAllConnections();
  api.close();
  rmSync(folder, { recursive: true, force: true });
});

test("the token is asked for when the code is used, for as long as the card says", async () => {
  const code = newCode();
  const expires = new Date(Date.now() + 60_000).toISOString();
  const grant = { student: "zhang-wei", expires, hours: 3, server: "https://10.0.0.1:6443" };
  await codes.issue(new Map([[code, grant]]));
  expect(asked).toEqual([]);
  const printed = jest.spyOn(process.stdout, "write");
  const warned = jest.spyOn(process.stderr, "write");
  const answer = await fetch(`${server.origin}card`, { method: "POST", body: new URLSearchParams({ code }) });
  const text = await answer.text();
  const written = [...printed.mock.calls, ...warned.mock.calls].join("\n");
  jest.restoreAllMocks();
  expect(asked).toEqual([
    { path: "POST /api/v1/namespaces/school-zhang-wei/serviceaccounts/student/token", seconds: 3 * 3600 },
  ]);
  expect(parse(text)).toMatchObject({
    "current-context": "school-zhang-wei",
    clusters: [{ cluster: { server: "https://10.0.0.1:6443" } }],
    users: [{ name: "zhang-wei", user: { token: "the-token" } }],
  });
  expect(text).not.toContain("the-teachers-token");
  expect(said).toEqual(["zhang-wei has got their kubeconfig."]);
  for (const secret of [code, "the-token"]) expect([written, ...said].join()).not.toContain(secret);
});

test("where the cluster gives no token, the teacher is told why, and the student nothing of it", async () => {
  const code = newCode();
  const expires = new Date(Date.now() + 60_000).toISOString();
  await codes.issue(new Map([[code, { student: "zhang-wei", expires, hours: 3 }]]));
  api.closeAllConnections();
  await new Promise((done) => api.close(done));
  const answer = await fetch(`${server.origin}card`, { method: "POST", body: new URLSearchParams({ code }) });
  expect(answer.status).toBe(503);
  expect(await answer.text()).not.toMatch(/ECONNREFUSED|zhang/);
  expect(said).toEqual([expect.stringMatching(/^no token for zhang-wei: .*ECONNREFUSED/)]);
  expect(await codes.count()).toBe(1);
});

test("a course or an infrastructure has no students", () => {
  expect(() => requireClass({ stack: "course" })).toThrow("the stack course is no class");
});

test.each([
  ["http://127.0.0.1:8090/", 2],
  ["http://[::1]:8090/", 2],
  ["https://192.168.110.10:8090/", 1],
])("at %s the teacher is told where students get theirs, and where only this machine can", (origin, count) => {
  const lines = handOutLines(origin, 4);
  expect(lines[0]).toContain(`${origin}card while this runs. Cards that can be used: 4.`);
  expect(lines).toHaveLength(count);
  if (count > 1) expect(lines[1]).toContain("--listen 0.0.0.0");
});
