import { createPrivateKey, X509Certificate } from "node:crypto";
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

test("a certificate is renewed some time before its end, and when the clock is set back to before its start", async () => {
  const made = await issue();
  const { validFrom, validTo } = new X509Certificate(made.certificate);
  const at = (time: number) => usable(made, authority.certificate, identity, new Date(time));
  expect(at(Date.parse(validTo) - (renewalDays + 1) * day)).toBe(true);
  expect(at(Date.parse(validTo) - (renewalDays - 1) * day)).toBe(false);
  expect(at(Date.parse(validFrom))).toBe(true);
  expect(at(Date.parse(validFrom) - 1)).toBe(false);
});

test("a certificate for another name, address or group is made again", async () => {
  const made = await issue();
  const fits = (other: object) => usable(made, authority.certificate, { ...identity, ...other }, new Date());
  expect(fits({})).toBe(true);
  expect(fits({ commonName: "system:node:node2" })).toBe(false);
  expect(fits({ organization: "system:masters" })).toBe(false);
  expect(fits({ organization: undefined })).toBe(false);
  expect(fits({ addresses: ["192.168.110.12"] })).toBe(false);
  expect(fits({ dns: [] })).toBe(false);
});

test("a certificate of another authority is made again", async () => {
  const first = await issue();
  await rm(authority.certificateFile);
  authority = await ensureAuthority(folder);
  expect(usable(first, authority.certificate, identity, new Date())).toBe(false);
  expect((await issue()).certificate).not.toBe(first.certificate);
});

/** What a kill may leave: each file is as it was or as it would have become, or was cut by a power failure. */
const leftovers: [string, (first: Credential, second: Credential) => Promise<void>][] = [
  ["a cut certificate", (first) => writeFile(first.certificateFile, first.certificate.slice(0, 200))],
  ["a cut key", (first) => writeFile(first.keyFile, first.key.slice(0, 60))],
  ["an empty certificate", (first) => writeFile(first.certificateFile, "")],
  ["a key without its certificate", (first) => rm(first.certificateFile)],
  ["a certificate without its key", (first) => rm(first.keyFile)],
  ["the key of a certificate that was not written", (first, second) => writeFile(first.keyFile, second.key)],
];

test.each(leftovers)("%s is made again, for an authority too", async (_what, leave) => {
  for (const make of [issue, () => ensureAuthority(folder)]) {
    const first = await make();
    const other = await ensureCertificate(folder, "other", identity);
    await leave(first, other);
    const second = await make();
    expect(second.certificate).not.toBe(first.certificate);
    expect(new X509Certificate(second.certificate).checkPrivateKey(createPrivateKey(second.key))).toBe(true);
    expect(await make()).toEqual(second);
  }
});
