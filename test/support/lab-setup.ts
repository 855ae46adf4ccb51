import { TestLab } from "./test-lab";

/** The lab tests begin with nothing; what a killed run left is removed first. */
export default function setup(): Promise<void> {
  return new TestLab().remove();
}
