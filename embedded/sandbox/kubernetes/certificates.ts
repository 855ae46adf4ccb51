import { createPrivateKey, generateKeyPairSync, KeyObject, webcrypto, X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../../toolkit/files";

const day = 24 * 3600 * 1000;
const authorityDays = 3650;
const certificateDays = 365;
/** A certificate with fewer days left is made again. */
export const renewalDays = 30;

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A certificate and its private key, as PEM text. */
interface Pair {
  certificate: string;
  key: string;
}

/** A certificate and its private key, and the files that hold them. */
export interface Credential extends Pair {
  certificateFile: string;
  keyFile: string;
}

/** Who a certificate is for: `organization` is its groups in Kubernetes, names and IPv4 addresses make it a server's. */
export interface Identity {
  commonName: string;
  organization?: string;
  dns?: string[];
  addresses?: string[];
}

/** Whether a certificate is of its key, this authority and identity, and stays valid for longer than the time of renewal. */
export function usable({ certificate, key }: Pair, authority: string, identity: Identity, now: Date): boolean {
  const { commonName, organization, dns = [], addresses = [] } = identity;
  const names = [...dns.map((name) => `DNS:${name}`), ...addresses.map((address) => `IP Address:${address}`)];
  try {
    const found = new X509Certificate(certificate);
    return (
      Date.parse(found.validTo) - now.getTime() >= renewalDays * day &&
      Date.parse(found.validFrom) <= now.getTime() &&
      found.subject === `${organization ? `O=${organization}\n` : ""}CN=${commonName}` &&
      (found.subjectAltName ?? "") === names.join(", ") &&
      found.checkPrivateKey(createPrivateKey(key)) &&
      found.verify(new X509Certificate(authority).publicKey)
    );
  } catch {
    // Not a certificate or not a key: a killed run may leave anything.
    return false;
  }
}

export function ensureAuthority(folder: string): Promise<Credential> {
  return ensureCertificate(folder, "ca", { commonName: "storage-lab" });
}

/** Reads a folder's certificate `name`, made again unless it is usable; without `authority` it is one itself. */
export async function ensureCertificate(
  folder: string,
  name: string,
  identity: Identity,
  authority?: Credential,
): Promise<Credential> {
  const files = { certificateFile: join(folder, `${name}.crt`), keyFile: join(folder, `${name}.key`) };
  const read = (file: string) => readFile(file, "utf8").catch(() => "");
  const known = { certificate: await read(files.certificateFile), key: await read(files.keyFile) };
  if (usable(known, (authority ?? known).certificate, identity, new Date())) return { ...known, ...files };
  const issued = await issue(identity, authority);
  // A kill in between leaves a certificate next to a key that is not its own, which is not usable.
  await replaceFile(files.keyFile, issued.key, { mode: 0o600 });
  await replaceFile(files.certificateFile, issued.certificate, { mode: 0o600 });
  return { ...issued, ...files };
}

export async function ensureServiceAccountKey(folder: string): Promise<string> {
  const file = join(folder, "service-account.key");
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    await replaceFile(file, privateKey.export({ type: "sec1", format: "pem" }).toString(), { mode: 0o600 });
  }
  return file;
}

async function issue(identity: Identity, authority?: Pair): Promise<Pair> {
  // Here and not above: loading it takes a tenth of a second, and most commands make no certificate.
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  const { commonName, organization, dns = [], addresses = [] } = identity;
  const subject = new x509.Name([...(organization ? [{ O: [organization] }] : []), { CN: [commonName] }]).toString();
  const names = [
    ...dns.map((value) => ({ type: "dns" as const, value })),
    ...addresses.map((value) => ({ type: "ip" as const, value })),
  ];
  const { clientAuth, serverAuth } = x509.ExtendedKeyUsage;
  const { digitalSignature, keyCertSign } = x509.KeyUsageFlags;
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const issuer = authority && new x509.X509Certificate(authority.certificate);
  const certificate = await x509.X509CertificateGenerator.create({
    subject,
    issuer: issuer?.subject ?? subject,
    // Since yesterday, so that a clock a little behind ours does no harm.
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + (issuer ? certificateDays : authorityDays) * day),
    publicKey: keys.publicKey,
    signingKey: authority ? await signingKey(authority.key) : keys.privateKey,
    signingAlgorithm: algorithm,
    extensions: issuer
      ? [
          new x509.KeyUsagesExtension(digitalSignature, true),
          new x509.ExtendedKeyUsageExtension(names.length > 0 ? [clientAuth, serverAuth] : [clientAuth]),
          await x509.AuthorityKeyIdentifierExtension.create(issuer),
          ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
        ]
      : [
          new x509.BasicConstraintsExtension(true, undefined, true),
          new x509.KeyUsagesExtension(keyCertSign | digitalSignature, true),
          await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        ],
  });
  const key = KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" }).toString();
  return { certificate: `${certificate.toString("pem")}\n`, key };
}

function signingKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ type: "pkcs8", format: "der" });
  return webcrypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
}
