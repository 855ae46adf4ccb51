import { Context } from "../../../exercises/runner/exercise";
import { courseSettings } from "../../../exercises/runner/course-settings";
import { Timeline } from "../../../exercises/sections/csi/timeline";
import { FakeCluster } from "./fake-cluster";

describe("Timeline", () => {
  const at = (text: string): Date => new Date(`2026-11-26T07:50:${text}Z`);
  const context = (): Context => new Context("id", new FakeCluster(), courseSettings, new AbortController().signal);

  it("compares with the latest step before, not only with the last", () => {
    const timeline = new Timeline(context());
    timeline.step("one", at("10"), "");
    timeline.step("two", at("08.500"), "");
    expect(() => timeline.step("three", at("07.500"), "")).toThrow('"three" should come after "one"');
  });

  it("takes a whole second for its last moment", () => {
    const timeline = new Timeline(context());
    timeline.step("one", at("10.900"), "");
    timeline.step("two", at("08"), "");
    expect(() => timeline.step("three", at("07"), "")).toThrow("should come after");
  });

  it("shifts this machine's times where its clock is another", () => {
    const far = new Timeline(context(), at("40"));
    expect(Math.abs(far.now().getTime() - at("40").getTime())).toBeLessThan(1000);
  });
});
