import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { generateKeyPairSync, webcrypto } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../../toolkit/files";

x509.cryptoProvider.set(webcrypto);

const day = 24 * 3600 * 1000;
const authorityDays = 3650;
const certificateDays = 365;
/** A certificate with fewer days left is made again. */
export const renewalDays = 30;

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A certificate and its private key, as PEM text and as the files that hold it. */
export interface Credential {
  certificate: string;
  key: string;
  certificateFile: string;
  keyFile: string;
}

/** Who a certificate is for: `organization` is its groups in Kubernetes, names and addresses make it a server's. */
export interface Identity {
  commonName: string;
  organization?: string;
  dns?: string[];
  addresses?: string[];
}

/** Whether a certificate is of this authority and identity and stays valid for longer than the time of renewal. */
export async function usable(certificate: string, authority: string, identity: Identity, now: Date): Promise<boolean> {
  try {
    const found = new x509.X509Certificate(certificate);
    if (found.notAfter.getTime() - now.getTime() < renewalDays * day || found.notBefore > now) return false;
    if (found.subject !== subjectOf(identity)) return false;
    const names = found.getExtension(x509.SubjectAlternativeNameExtension)?.names.toJSON() ?? [];
    if (JSON.stringify(names) !== JSON.stringify(alternativeNames(identity))) return false;
    return await found.verify({ publicKey: new x509.X509Certificate(authority).publicKey, signatureOnly: true });
  } catch {
    // Not a certificate: a killed run may leave anything.
    return false;
  }
}

export async function ensureAuthority(folder: string): Promise<Credential> {
  const files = filesOf(folder, "ca");
  const identity = { commonName: "storage-lab" };
  const known = await readCredential(files);
  if (known && (await usable(known.certificate, known.certificate, identity, new Date()))) return known;
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: subjectOf(identity),
    ...validity(authorityDays),
    keys: keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return writeCredential(files, certificate, keys.privateKey);
}

export async function ensureCertificate(
  folder: string,
  name: string,
  identity: Identity,
  authority: Credential,
): Promise<Credential> {
  const files = filesOf(folder, name);
  const known = await readCredential(files);
  if (known && (await usable(known.certificate, authority.certificate, identity, new Date()))) return known;
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const issuer = new x509.X509Certificate(authority.certificate);
  const usages: string[] = [x509.ExtendedKeyUsage.clientAuth];
  const names = alternativeNames(identity);
  if (names.length > 0) usages.push(x509.ExtendedKeyUsage.serverAuth);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: subjectOf(identity),
    issuer: issuer.subject,
    ...validity(certificateDays),
    publicKey: keys.publicKey,
    signingKey: await privateKeyFrom(authority.key),
    signingAlgorithm: algorithm,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(usages),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
    ],
  });
  return writeCredential(files, certificate, keys.privateKey);
}

export async function ensureServiceAccountKey(folder: string): Promise<string> {
  const file = join(folder, "service-account.key");
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    await replaceFile(file, privateKey.export({ type: "sec1", format: "pem" }).toString(), { mode: 0o600 });
  }
  return file;
}

function subjectOf(identity: Identity): string {
  const name: x509.JsonName = [{ CN: [identity.commonName] }];
  if (identity.organization) name.unshift({ O: [identity.organization] });
  return new x509.Name(name).toString();
}

function alternativeNames(identity: Identity): x509.JsonGeneralNames {
  const dns = (identity.dns ?? []).map((value) => ({ type: "dns" as const, value }));
  return [...dns, ...(identity.addresses ?? []).map((value) => ({ type: "ip" as const, value }))];
}

/** Valid since yesterday, so that a clock a little behind ours does no harm. */
function validity(days: number): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - day), notAfter: new Date(now + days * day) };
}

function filesOf(folder: string, name: string): Pick<Credential, "certificateFile" | "keyFile"> {
  return { certificateFile: join(folder, `${name}.crt`), keyFile: join(folder, `${name}.key`) };
}

async function readCredential(files: ReturnType<typeof filesOf>): Promise<Credential | undefined> {
  if (!existsSync(files.certificateFile) || !existsSync(files.keyFile)) return undefined;
  const certificate = await readFile(files.certificateFile, "utf8");
  return { certificate, key: await readFile(files.keyFile, "utf8"), ...files };
}

/** Empties the certificate first: a kill in between must not leave one next to a key that is not its own. */
async function writeCredential(
  files: ReturnType<typeof filesOf>,
  certificate: x509.X509Certificate,
  key: webcrypto.CryptoKey,
): Promise<Credential> {
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key));
  const credential = {
    certificate: `${certificate.toString("pem")}\n`,
    key: `${x509.PemConverter.encode(pkcs8, "PRIVATE KEY")}\n`,
    ...files,
  };
  await replaceFile(files.certificateFile, "", { mode: 0o600 });
  await replaceFile(files.keyFile, credential.key, { mode: 0o600 });
  await replaceFile(files.certificateFile, credential.certificate, { mode: 0o600 });
  return credential;
}

async function privateKeyFrom(pem: string): Promise<webcrypto.CryptoKey> {
  const [der] = x509.PemConverter.decode(pem);
  if (!der) throw new Error("the authority's key file holds no key");
  return webcrypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
}
