import { WrongUse } from "../../../exercises/runner/failure";
import { HAND_OUT } from "../../cards/card";
import type { IssuedCodes } from "../../cards/issued-codes";
import type { ClassLab } from "../../class/class-lab";
import { studentKubeconfigs } from "../../class/student-kubeconfig";
import type { PageLab } from "../page-lab";
import { HandOut } from "./hand-out";
import { isLoopback } from "./listen-address";

/** The class of the stack that the page is of. */
export function requireClass({ classroom, stack }: Pick<PageLab, "classroom" | "stack">): Pick<ClassLab, "settings"> {
  if (!classroom) throw new WrongUse(`the stack ${stack} is no class: nobody has a card`, "--hand-out is for a class");
  return classroom;
}

/** Hands out kubeconfigs of a class, each with a token that is asked for when its code is used. */
export function classHandOut(
  classroom: Pick<ClassLab, "settings">,
  codes: IssuedCodes,
  say: (line: string) => void,
): HandOut {
  const make = async ({ student, hours, server }: { student: string; hours: number; server?: string }) => {
    const made = await studentKubeconfigs(classroom, [student], { hours, server }).catch((error: Error) => {
      say(error.message);
      throw error;
    });
    return { text: made.get(student)?.text ?? "" };
  };
  // A student whose code somebody else has used can be told by it: they have not asked for anything.
  return new HandOut(codes, make, (student) => say(`${student} has got their kubeconfig.`));
}

/** What the teacher is told at the start. @param origin The page's address. @param count How many codes can be used. */
export function handOutLines(origin: string, count: number): string[] {
  const { href, hostname } = new URL(HAND_OUT, origin);
  const where = `Students get their kubeconfigs at ${href} while this runs. Cards that can be used: ${count}.`;
  if (!isLoopback(hostname.replace(/^\[|\]$/g, ""))) return [where];
  return [where, "No other computer can open this address. For students at other computers, add --listen 0.0.0.0."];
}
