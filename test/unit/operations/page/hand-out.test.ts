import { mkdtempSync, rmSync } from "node:fs";
import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newCode } from "../../../../operations/cards/card-code";
import { IssuedCodes, type Grant } from "../../../../operations/cards/issued-codes";
import { TRIES_OF_ADDRESS } from "../../../../operations/cards/wrong-tries";
import { HandOut, type MakeKubeconfig } from "../../../../operations/page/server/hand-out";
import { servePage, type PageServer } from "../../../../operations/page/server/page-server";
import { PictureKeeper } from "../../../../operations/page/server/picture-keeper";
import { smallScene } from "../../../support/page-class";

let folder: string;
let codes: IssuedCodes;
let server: PageServer;
let given: string[];
let asked: Grant[];
/** Stands for the API server. */
let make: MakeKubeconfig;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "hand-out-"));
  codes = new IssuedCodes(folder);
  given = [];
  asked = [];
  make = (grant) => {
    asked.push(grant);
    return Promise.resolve({ text: `user: ${grant.student}\n` });
  };
  await serve();
});
afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function serve(address?: string): Promise<void> {
  await server?.stop();
  const keeper = new PictureKeeper("lab");
  keeper.update(smallScene());
  const handOut = new HandOut(
    codes,
    (grant) => make(grant),
    (student) => given.push(student),
    200,
  );
  const assets = { script: "/* script */", style: "/* style */" };
  server = await servePage(
    keeper,
    assets,
    { port: 0, address, ...(address !== undefined && { names: ["127.0.0.1"] }) },
    handOut,
  );
}

async function issue(student = "zhang-wei"): Promise<string> {
  const code = newCode();
  const expires = new Date(Date.now() + 60_000).toISOString();
  await codes.issue(new Map([[code, { student, expires, hours: 3 }]]));
  return code;
}

interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  body: string;
}

function ask(path: string, { body, ...options }: RequestOptions & { body?: string } = {}): Promise<Answer> {
  const { protocol, port } = new URL(server.origin);
  const send = protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((done, reject) => {
    send({ host: "127.0.0.1", port, path, rejectUnauthorized: false, agent: false, ...options }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => done({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    })
      .on("error", reject)
      .end(body);
  });
}

const FORM = { "content-type": "application/x-www-form-urlencoded" };

const post = (code: string, headers: RequestOptions["headers"] = {}) =>
  ask("/card", { method: "POST", headers: { ...FORM, ...headers }, body: new URLSearchParams({ code }).toString() });

test("a code gives its student's kubeconfig, as a file that nothing keeps", async () => {
  const code = await issue();
  const { status, headers, body } = await post(code.toLowerCase());
  expect([status, body]).toEqual([200, "user: zhang-wei\n"]);
  expect(headers).toMatchObject({
    "cache-control": "no-store",
    "content-disposition": 'attachment; filename="zhang-wei.kubeconfig"',
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  });
  expect(asked).toMatchObject([{ student: "zhang-wei", hours: 3 }]);
  expect(given).toEqual(["zhang-wei"]);
});

test("it works once, also for many at the same moment", async () => {
  const code = await issue();
  const answers = await Promise.all(Array.from({ length: 12 }, () => post(code)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(11).fill(403)]);
  expect(asked).toHaveLength(1);
});

test("a link uses nothing up, however often it is asked for, and shows a form with its code", async () => {
  const code = await issue();
  for (const method of ["GET", "HEAD", "GET"]) {
    const { status, headers, body } = await ask(`/card/${code}`, { method });
    expect([status, headers["cache-control"]]).toEqual([200, "no-store"]);
    if (method === "GET") expect(body).toContain(`value="${code}"`);
  }
  expect((await post(code)).status).toBe(200);
});

test("a link to a code that never was looks the same", async () => {
  const [code, other] = [await issue(), newCode()];
  const pages = await Promise.all([code, other].map((each) => ask(`/card/${each}`)));
  const [one, two] = pages.map(({ status, body }) => [status, body.replace(/value="[^"]*"/, "")]);
  expect(one).toEqual(two);
});

test("used, ended, replaced, mistyped and made up codes have one answer", async () => {
  const used = await issue("bob");
  await post(used);
  const replaced = await issue();
  const ended = newCode();
  await issue();
  await codes.issue(new Map([[ended, { student: "ann", expires: new Date(Date.now() + 1).toISOString(), hours: 1 }]]));
  await new Promise((done) => setTimeout(done, 5));
  const answers = [];
  for (const code of [used, replaced, ended, newCode(), "abc", ""]) answers.push(await post(code));
  const shapes = answers.map(({ status, headers, body }) => JSON.stringify([status, { ...headers, date: "" }, body]));
  expect(new Set(shapes).size).toBe(1);
  expect(answers[0]?.status).toBe(403);
  expect(answers[0]?.body).toContain("Nothing is given out for this code");
});

test("wrong codes are limited, and then no code is looked at", async () => {
  for (let index = 0; index < TRIES_OF_ADDRESS; index++) expect((await post(newCode())).status).toBe(403);
  const code = await issue();
  for (const each of [newCode(), code]) {
    const { status, headers } = await post(each);
    expect(status).toBe(429);
    expect(Number(headers["retry-after"])).toBeGreaterThan(0);
  }
  expect(asked).toEqual([]);
  expect(await codes.count()).toBe(1);
});

test("a class that gets its kubeconfigs at one moment from one address is not limited", async () => {
  const students = Array.from({ length: 60 }, (_, index) => [newCode(), `student-${index}`] as const);
  const expires = new Date(Date.now() + 60_000).toISOString();
  await codes.issue(new Map(students.map(([code, student]) => [code, { student, expires, hours: 1 }])));
  for (const [code, student] of students) {
    const { status, body } = await post(code);
    expect([status, body]).toEqual([200, `user: ${student}\n`]);
  }
});

test("where the cluster gives none, the code can be used again", async () => {
  const code = await issue();
  const works = make;
  for (const away of [() => Promise.reject(new Error("secret-of-the-cluster")), () => new Promise<never>(() => {})]) {
    make = away;
    const { status, body } = await post(code);
    expect(status).toBe(503);
    expect(body).not.toContain("secret-of-the-cluster");
  }
  expect(given).toEqual([]);
  make = works;
  expect((await post(code)).status).toBe(200);
});

test("only its own form is taken", async () => {
  const code = await issue();
  expect((await post(code, { "sec-fetch-site": "cross-site" })).status).toBe(403);
  expect((await post(code, { "content-type": "text/plain" })).status).toBe(403);
  expect(
    (await ask("/card", { method: "POST", headers: FORM, body: `code=${code}&x=${"x".repeat(5000)}` })).status,
  ).toBe(403);
  for (const method of ["PUT", "DELETE", "PATCH"]) expect((await ask("/card", { method })).status).toBe(405);
  for (const path of ["/", "/events", `/card/${code}`, "/cardx", "/card/"])
    expect((await ask(path, { method: "POST", headers: FORM, body: `code=${code}` })).status).toBe(405);
  expect((await post(code, { host: "evil.example" })).status).toBe(421);
  expect((await post(code, { "sec-fetch-site": "same-origin" })).status).toBe(200);
});

test("what is in the address is text", async () => {
  for (const path of [
    '/card/"><script>alert(1)</script>',
    "/card/%22%3E%3Cscript%3E",
    "/card/..%2f",
    "/card?code=<b>",
  ]) {
    const { status, headers, body } = await ask(path);
    expect([status, body.includes("script")]).toEqual([200, false]);
    expect(body).toContain('value=""');
    expect(headers["content-security-policy"]).toMatch(
      /^default-src 'none'; .*form-action 'self'; frame-ancestors 'none'$/,
    );
  }
});

test("it speaks the browser's language", async () => {
  expect((await ask("/card", { headers: { "accept-language": "zh-CN,zh;q=0.9,en;q=0.8" } })).body).toContain(
    "下载 kubeconfig",
  );
  expect((await ask("/card", { headers: { "accept-language": "en-GB,zh;q=0.8" } })).body).toContain(
    "Download the kubeconfig",
  );
});

test("where others can connect, it works without the page's token, and opens nothing else", async () => {
  const code = await issue();
  await serve("0.0.0.0");
  expect(new URL(server.origin).protocol).toBe("https:");
  const answers = [await ask(`/card/${code}`), await post(code), await post(code)];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 403]);
  for (const { headers, body } of answers) {
    expect(headers["set-cookie"]).toBeUndefined();
    expect(body).not.toMatch(/jose|张伟|bob/);
  }
  for (const path of ["/", "/events", "/page.js", "/page.css", "/cards", "/card.css"])
    expect((await ask(path)).status).toBe(401);
});

test("a page without it has nothing there", async () => {
  const keeper = new PictureKeeper("lab");
  const without = await servePage(keeper, { script: "", style: "" }, { port: 0 });
  await server.stop();
  server = without;
  expect((await ask("/card")).status).toBe(404);
  expect((await post(await issue())).status).toBe(405);
});
