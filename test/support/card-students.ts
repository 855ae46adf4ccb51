import type { Student } from "../../stacks/classroom/students";
import { HOSTILE } from "./page-objects";

/** The class that the cards are of. */
export const CLASS = "school";

/** A name as long as a namespace lets it be. */
export const LONGEST_NAME = "a".repeat(63 - CLASS.length - 1);

const NAMES: [name: string, realName?: string][] = [
  ["zhang-wei", "张伟"],
  ["jose-alvarez", "José Álvarez"],
  ["bob"],
  [LONGEST_NAME, "Wolfeschlegelsteinhausenbergerdorff ".repeat(10).trim()],
  ["hostile", HOSTILE],
  ["quotes", `"><script>alert(1)</script>'&amp;`],
  ["turned", "\u202egnaw\u202d Zhang"],
  ["abdukerim", "阿卜杜勒·热合曼·穆罕默德·艾力·买买提"],
  ["ngo", "Ngô Thị Hồng Ánh"],
  ["joined", "b".repeat(300)],
  ["eleventh", "第十一"],
];

/** Students with names of all kinds. */
export const CARD_STUDENTS: Student[] = NAMES.map(([name, realName], index) => ({
  name,
  ...(realName !== undefined && { realName }),
  uid: 20001 + index,
  shard: 1,
  generation: 1,
}));
