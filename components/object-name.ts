const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const LETTERS = `small letters, digits and "-", with a letter or digit at both ends`;

/** Why the text is no DNS label, which is what Kubernetes wants for the names of what DNS knows and for volumes of pods. */
export function dnsLabelError(text: string): string | undefined {
  return shortLabelError(text, 63, "a DNS label has no more");
}

/**
 * The same of a label that may not be as long as others.
 *
 * @param longest How many characters it may have.
 * @param reason Why not more than that.
 */
export function shortLabelError(text: string, longest: number, reason: string): string | undefined {
  if (!LABEL.test(text)) return `"${text}" is no name that Kubernetes takes here: use ${LETTERS}`;
  if (text.length <= longest) return undefined;
  return `"${text}" has ${text.length} characters, and may have ${longest}: ${reason}`;
}

/** Why this is no name of a Service. */
export function serviceNameError(text: string): string | undefined {
  const error = dnsLabelError(text);
  return error === undefined && !/^[a-z]/.test(text) ? `"${text}" begins with a digit: a Service's name cannot` : error;
}

/** Why this is no name of a volume, a claim or the like: DNS labels joined by dots. */
export function objectNameError(text: string): string | undefined {
  if (text.length > 253) return `the name "${text}" has ${text.length} characters, and may have 253`;
  return text.split(".").every((part) => LABEL.test(part))
    ? undefined
    : `"${text}" is no name that Kubernetes takes here: use ${LETTERS}, or several of that joined by dots`;
}

/** Why a label cannot have this value. */
export function labelValueError(text: string): string | undefined {
  return /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/.test(text)
    ? undefined
    : `"${text}" is no label's value: use letters, digits, "-", "_" and ".", at most 63 with a letter or digit at both ends`;
}
