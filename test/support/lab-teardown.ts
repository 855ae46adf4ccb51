import { TestLab } from "./test-lab";

/** Nothing stays, whether the tests passed or not. */
export default function teardown(): Promise<void> {
  return new TestLab().remove();
}
