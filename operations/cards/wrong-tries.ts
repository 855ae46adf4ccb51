import * as ipaddr from "ipaddr.js";
import { RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";

/** Within this many seconds … */
const WINDOW = 60;

/** … so many wrong codes may come from one address: a room of students can have the same one. */
export const TRIES_OF_ADDRESS = 20;
/** … and so many from all together. */
export const TRIES_OF_ALL = 200;

/** How often codes may be tried that open nothing. */
export class WrongTries {
  private readonly ofAddress = new RateLimiterMemory({ points: TRIES_OF_ADDRESS, duration: WINDOW });
  private readonly ofAll = new RateLimiterMemory({ points: TRIES_OF_ALL, duration: WINDOW });

  /** Counts a try before it is known how it ends, so that many at once are counted, too. @returns seconds to wait, 0 for none */
  async begin(address: string): Promise<number> {
    const key = keyOf(address);
    return (await waitFor(this.ofAddress, key)) || (await waitFor(this.ofAll, ALL));
  }

  /** It was right: it counts no more. */
  async right(address: string): Promise<void> {
    await this.ofAddress.reward(keyOf(address), 1);
    await this.ofAll.reward(ALL, 1);
  }
}

const ALL = "all";

function waitFor(limiter: RateLimiterMemory, key: string): Promise<number> {
  return limiter.consume(key).then(
    () => 0,
    (left: RateLimiterRes) => Math.max(1, Math.ceil(left.msBeforeNext / 1000)),
  );
}

/** Who has an IPv6 address has all of its /64. */
function keyOf(address: string): string {
  const [plain = ""] = address.split("%");
  if (!ipaddr.isValid(plain)) return plain;
  const parsed = ipaddr.process(plain);
  if (parsed.kind() === "ipv4") return parsed.toString();
  return ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/64`).toString();
}
