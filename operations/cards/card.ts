import { studentNamespace } from "../../components/index";
import type { Student } from "../../stacks/classroom/students";

/** What is on a student's card. */
export interface Card {
  /** As the student is called in the cluster. */
  name: string;
  /** As people write it. */
  realName: string;
  namespace: string;
  code: string;
  /** Where the code is typed in. */
  address: string;
  /** Where the QR code leads. */
  link: string;
}

/** Path below which kubeconfigs are handed out. */
export const HAND_OUT = "/card";

/**
 * The card of a student. The code is in the path of its link: what is behind `#` a page without scripts would not get. There it
 * is as safe: a GET uses nothing up, no address is logged or passed on, and what a browser remembers opens nothing afterwards.
 *
 * @param page The page's address as students reach it.
 */
export function cardOf({ name, realName }: Student, className: string, code: string, page: URL): Card {
  const address = new URL(HAND_OUT, page).href;
  const namespace = studentNamespace(className, name);
  return { name, realName: realName ?? name, namespace, code, address, link: `${address}/${code}` };
}

/** What a student types first, in the folder in which the kubeconfig is. */
export const firstCommands = (name: string): string[] => [
  `export KUBECONFIG=$PWD/${kubeconfigFile(name)}`,
  "kubectl get pods",
  "kubectl get persistentvolumeclaims",
];

/** How the file is called that a student gets. */
export const kubeconfigFile = (name: string): string => `${name}.kubeconfig`;
