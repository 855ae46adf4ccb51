import { DEFAULT_COMPUTE, limitsError, sizeError } from "../../components/index";

/** Why a student cannot have this capacity; the text stands first in it. */
export function capacityError(text: string): string | undefined {
  const limits = { capacity: text, claims: 10, claimClasses: [], compute: DEFAULT_COMPUTE };
  return sizeError(text) ?? limitsError(limits)?.replace("capacity: ", "");
}
