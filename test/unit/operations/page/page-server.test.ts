import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { createHash } from "node:crypto";
import { connect } from "node:tls";
import { exportedPage } from "../../../../operations/page/server/documents";
import { isLoopback, knownAs } from "../../../../operations/page/server/listen-address";
import { servePage, type Listen, type PageServer } from "../../../../operations/page/server/page-server";
import { PictureKeeper } from "../../../../operations/page/server/picture-keeper";
import { hostileScene, smallScene } from "../../../support/page-class";

const assets = { script: "/* script */", style: "/* style */" };
const servers: PageServer[] = [];

async function serve(
  listen: Partial<Listen> = {},
): Promise<{ server: PageServer; keeper: PictureKeeper; origin: URL }> {
  const keeper = new PictureKeeper("lab");
  keeper.update(smallScene());
  const server = await servePage(keeper, assets, { port: 0, ...listen });
  servers.push(server);
  return { server, keeper, origin: new URL(server.url) };
}

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  body: string;
}

/** Asks, without a library that would know better than to send these headers. */
function ask(origin: URL, path = "/", options: RequestOptions = {}): Promise<Answer> {
  const send = origin.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((done, reject) => {
    const at = { host: "127.0.0.1", port: origin.port, path, rejectUnauthorized: false, ...options };
    send(at, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () => done({ status: response.statusCode ?? 0, headers: response.headers, body }));
    })
      .on("error", reject)
      .end();
  });
}

test("every answer carries a policy that lets nothing in from elsewhere", async () => {
  const { origin } = await serve();
  for (const path of ["/", "/page.js", "/page.css", "/icon.svg", "/nothing"]) {
    const { headers } = await ask(origin, path);
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
  }
  const { body } = await ask(origin);
  expect(body).not.toMatch(/<script>|style=|onload=/);
});

test("another name in the request is not answered: its owner had it lead here", async () => {
  const { origin } = await serve();
  const hosts = ["evil.example", `evil.example:${origin.port}`, "127.0.0.1:1", `127.0.0.1.evil.example:${origin.port}`];
  for (const host of hosts)
    expect([host, (await ask(origin, "/events", { headers: { host } })).status]).toEqual([host, 421]);
  for (const host of ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"]) {
    expect((await ask(origin, "/", { headers: { host: `${host}:${origin.port}` } })).status).toBe(200);
  }
});

test("it can only be read", async () => {
  const { origin } = await serve();
  for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
    const { status, headers } = await ask(origin, "/", { method });
    expect([method, status, headers.allow]).toEqual([method, 405, "GET, HEAD"]);
  }
  expect(await ask(origin, "/", { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
});

test.each(["//[", "/%", "/../../etc/passwd", "/events/../x", "http://[", "/page.js?x=%00"])(
  "an odd path ends nothing: %s",
  async (path) => {
    const { origin } = await serve();
    expect([200, 400, 404]).toContain((await ask(origin, path)).status);
    expect((await ask(origin)).status).toBe(200);
  },
);

describe("where others can connect", () => {
  const open = () => serve({ address: "0.0.0.0", names: ["127.0.0.1", "lab.example"] });

  test("it is over TLS, with a certificate that names it", async () => {
    const { origin, server } = await open();
    expect(origin.protocol).toBe("https:");
    const socket = connect({ host: "127.0.0.1", port: Number(origin.port), rejectUnauthorized: false });
    await new Promise((done) => socket.once("secureConnect", done));
    const { fingerprint256, subjectaltname } = socket.getPeerCertificate();
    expect(fingerprint256).toBe(server.fingerprint);
    expect(subjectaltname).toContain("IP Address:127.0.0.1");
    expect(subjectaltname).toContain("DNS:lab.example");
    expect(["TLSv1.2", "TLSv1.3"]).toContain(socket.getProtocol());
    socket.destroy();
    await expect(ask(new URL(`http://127.0.0.1:${origin.port}`))).rejects.toThrow();
  });

  test("nothing is shown without the token, be it short, long, empty or of another", async () => {
    const { origin } = await open();
    const token = origin.searchParams.get("token") ?? "";
    expect(token.length).toBeGreaterThanOrEqual(32);
    const other = new URL((await open()).server.url).searchParams.get("token") ?? "";
    for (const wrong of ["", token.slice(1), `${token}x`, other]) {
      for (const path of ["/", "/events", "/page.js"]) {
        const cookie = `storage-lab-page=${wrong}`;
        expect((await ask(origin, `${path}?token=${wrong}`, { headers: { cookie } })).status).toBe(401);
      }
    }
    expect((await ask(origin)).body).not.toContain("<script");
  });

  test("the token becomes a cookie that no script reads, and leaves the address", async () => {
    const { origin } = await open();
    const token = origin.searchParams.get("token");
    const welcome = await ask(origin, `//evil.example/?token=${token}`);
    expect([welcome.status, welcome.headers.location]).toEqual([303, "/"]);
    const [cookie = ""] = welcome.headers["set-cookie"] ?? [];
    expect(cookie).toMatch(/; Secure; HttpOnly; SameSite=Lax$/);
    expect((await ask(origin, "/", { headers: { cookie: cookie.split(";")[0] } })).status).toBe(200);
  });
});

test("which addresses are this machine's own", () => {
  expect(["127.0.0.1", "127.9.9.9", "::1", "localhost"].every(isLoopback)).toBe(true);
  expect(["0.0.0.0", "::", "192.168.1.1", "127.0.0.1.evil.example", ""].some(isLoopback)).toBe(false);
  expect(knownAs("192.168.1.1")).toEqual(["192.168.1.1"]);
  expect(knownAs("0.0.0.0")).not.toContain("0.0.0.0");
});

test("the picture comes as an event, and then what changes", async () => {
  const { origin, keeper } = await serve();
  const events: string[] = [];
  const scene = smallScene();
  await new Promise<void>((done, reject) => {
    httpRequest({ host: "127.0.0.1", port: origin.port, path: "/events" }, (response) => {
      response.setEncoding("utf8").on("data", (text: string) => {
        events.push(...[...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name ?? ""));
        if (events.length === 1) {
          scene.objects.claims.pop();
          keeper.update(scene);
        }
        if (events.length > 1) {
          response.destroy();
          done();
        }
      });
    })
      .on("error", reject)
      .end();
  });
  expect(events).toEqual(["picture", "change"]);
});

describe("the page as one file", () => {
  const exported = () => {
    const keeper = new PictureKeeper("lab");
    keeper.update(hostileScene());
    return exportedPage(keeper.picture, { script: 'console.log("</script><!--")', style: "p{color:red}" });
  };

  test("what it runs is what its policy names", () => {
    const html = exported();
    const [, policy = ""] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html) ?? [];
    const hashOf = (text = "") => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    const [, style] = /<style>([^]*?)<\/style>/.exec(html) ?? [];
    const [, script] = /<script>([^]*?)<\/script>/.exec(html) ?? [];
    expect(policy).toBe(
      `default-src 'none'; base-uri 'none'; form-action 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}`,
    );
  });

  test("no name of an object ends a script or begins a tag", () => {
    const html = exported();
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).not.toContain("<img");
    const [, data = ""] = /id="picture">([^]*?)<\/script>/.exec(html) ?? [];
    expect(JSON.stringify(JSON.parse(data))).toContain("<img src=x onerror=");
  });
});
