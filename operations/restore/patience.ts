import type { Finding } from "../probe/finding";

/** Knows how long each trouble has lasted: when to act on it, and when waiting for its end is in vain. */
export class Patience {
  /** When each trouble was first seen, in milliseconds since 1970. */
  private since = new Map<string, number>();

  /** @param now Milliseconds since 1970; for tests. */
  constructor(private readonly now: () => number = Date.now) {}

  /** Notes another look; returns the findings whose fix is due. */
  due(findings: Finding[]): Finding[] {
    const now = this.now();
    // What was gone in between begins anew.
    this.since = new Map(findings.map(({ id }) => [id, this.since.get(id) ?? now]));
    return findings.filter((finding) => this.seconds(finding) >= (finding.trouble?.fixAfter ?? 0));
  }

  /** The findings that do not pass by themselves, and have stayed for long enough to know that. */
  lasting(findings: Finding[]): Finding[] {
    return findings.filter((finding) => this.seconds(finding) >= (finding.trouble?.lastingAfter ?? Infinity));
  }

  private seconds({ id }: Finding): number {
    return (this.now() - (this.since.get(id) ?? this.now())) / 1000;
  }
}
