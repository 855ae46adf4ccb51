import { KeyObject, webcrypto } from "node:crypto";
import { isIP } from "node:net";

const DAY = 24 * 60 * 60 * 1000;
const VALID = 30 * DAY;

/** A certificate that is made when the page starts, and its key, which is nowhere else. */
export interface Certificate {
  cert: string;
  key: string;
  /** SHA-256, as browsers show it: whoever opens the page can compare. */
  fingerprint: string;
}

/** Makes a certificate for these names and addresses, signed by itself. */
export async function selfSigned(names: string[]): Promise<Certificate> {
  // Loading it takes a tenth of a second, and the page mostly needs none.
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: "CN=storage-lab page",
      keys,
      signingAlgorithm: algorithm,
      // Since yesterday, so that a clock a little behind ours does no harm.
      notBefore: new Date(Date.now() - DAY),
      notAfter: new Date(Date.now() + VALID),
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(
          names.map((value) => ({ type: isIP(value) ? ("ip" as const) : ("dns" as const), value })),
        ),
      ],
    },
    webcrypto,
  );
  const digest = Buffer.from(await certificate.getThumbprint("SHA-256"))
    .toString("hex")
    .toUpperCase();
  return {
    cert: `${certificate.toString("pem")}\n`,
    key: KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" }).toString(),
    fingerprint: digest.match(/../g)?.join(":") ?? "",
  };
}
