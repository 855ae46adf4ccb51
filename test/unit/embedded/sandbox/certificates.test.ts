import { X509Certificate } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ensureAuthority,
  ensureCertificate,
  renewalDays,
  usable,
  type Credential,
} from "../../../../embedded/sandbox/kubernetes/certificates";

const identity = {
  commonName: "system:node:node1",
  organization: "system:nodes",
  dns: ["node1"],
  addresses: ["192.168.110.11"],
};
const day = 24 * 3600 * 1000;

let folder: string;
let authority: Credential;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pki-"));
  authority = await ensureAuthority(folder);
});

afterEach(() => rm(folder, { recursive: true }));

const issue = () => ensureCertificate(folder, "node1", identity, authority);

test("a certificate has the subject, names and signature that Kubernetes looks at", async () => {
  const found = new X509Certificate((await issue()).certificate);
  expect(found.subject).toBe("O=system:nodes\nCN=system:node:node1");
  expect(found.subjectAltName).toBe("DNS:node1, IP Address:192.168.110.11");
  expect(found.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1"]);
  expect(found.ca).toBe(false);
  const issuer = new X509Certificate(authority.certificate);
  expect(issuer.ca).toBe(true);
  expect(found.checkIssued(issuer) && found.verify(issuer.publicKey)).toBe(true);
});

test("a good certificate and its authority are kept", async () => {
  const first = await issue();
  expect(await ensureAuthority(folder)).toEqual(authority);
  expect(await issue()).toEqual(first);
});

test("a certificate is renewed some time before its end", async () => {
  const { certificate } = await issue();
  const end = Date.parse(new X509Certificate(certificate).validTo);
  const at = (days: number) => usable(certificate, authority.certificate, identity, new Date(end - days * day));
  expect(await at(renewalDays + 1)).toBe(true);
  expect(await at(renewalDays - 1)).toBe(false);
});

test("a certificate for another name, address or group is made again", async () => {
  const { certificate } = await issue();
  const fits = (other: object) => usable(certificate, authority.certificate, { ...identity, ...other }, new Date());
  expect(await fits({})).toBe(true);
  expect(await fits({ commonName: "system:node:node2" })).toBe(false);
  expect(await fits({ organization: "system:masters" })).toBe(false);
  expect(await fits({ addresses: ["192.168.110.12"] })).toBe(false);
});

test("a certificate of another authority is made again", async () => {
  const first = await issue();
  await rm(authority.certificateFile);
  authority = await ensureAuthority(folder);
  expect(await usable(first.certificate, authority.certificate, identity, new Date())).toBe(false);
  expect((await issue()).certificate).not.toBe(first.certificate);
});

test("what a killed run left half made is made again", async () => {
  const first = await issue();
  await writeFile(first.certificateFile, first.certificate.slice(0, 200));
  const second = await issue();
  expect(await usable(second.certificate, authority.certificate, identity, new Date())).toBe(true);
});
