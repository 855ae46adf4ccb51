import jestSequencer from "@jest/test-sequencer";

/** Files run in the order of their names: those of one project share a lab, and each leaves it as the next expects it. */
export default class InOrder extends jestSequencer {
  sort(tests) {
    return [...tests].sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}
