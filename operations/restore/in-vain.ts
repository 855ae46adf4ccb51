import type { Finding } from "../probe/finding";

/** Tells what is waited for in vain: what does not pass by itself, has stayed for long enough, and has no fix left. */
export class InVain {
  /** When each trouble was first seen in its present form. */
  private since = new Map<string, number>();

  /**
   * @param hasFix Whether something may still be done about a finding.
   * @param now Milliseconds since 1970; for tests.
   */
  constructor(
    private readonly hasFix: (finding: Finding) => boolean,
    private readonly now: () => number = Date.now,
  ) {}

  /** The findings of another look; returns those that waiting does not help. */
  after(findings: Finding[]): Finding[] {
    const now = this.now();
    const lasting = findings.filter(({ trouble }) => trouble?.lastingAfter !== undefined);
    // What was gone in between begins anew.
    this.since = new Map(lasting.map(({ id }) => [id, this.since.get(id) ?? now]));
    return lasting.filter((finding) => {
      const seconds = (now - (this.since.get(finding.id) ?? now)) / 1000;
      return seconds >= (finding.trouble?.lastingAfter ?? Infinity) && !this.hasFix(finding);
    });
  }
}
