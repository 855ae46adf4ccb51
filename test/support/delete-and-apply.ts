import type { V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { isOfTemplate } from "../../operations/reset/added";
import { itemOf } from "../../operations/reset/inventory";
import { declaredObjects, type DeclaredObject } from "../../operations/probe/declared";
import type { Deployment } from "../../operations/pulumi/deployment";
import type { TestLab } from "./test-lab";

/** Reads two lists from standard input, one on each line, and prints how long it took. */
const SCRIPT = `
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
read -r all && printf '%s' "$all" >"$folder/delete.json"
read -r again && printf '%s' "$again" >"$folder/apply.json"
start=$(date +%s.%N)
kubectl delete --ignore-not-found -f "$folder/delete.json" >"$folder/log" || exit 1
kubectl apply -f "$folder/apply.json" >>"$folder/log" || exit 1
for wait in "$@"; do kubectl $wait --timeout=300s >>"$folder/log" & waits+=($!); done
for wait in "\${waits[@]}"; do wait "$wait" || exit 1; done
echo "$start $(date +%s.%N)" | awk '{ print "seconds:", $2 - $1 }'
`;

/**
 * Deletes the objects that a reset deletes and applies the declared ones again, as a person would with kubectl, until
 * they are ready. Returns the seconds that kubectl took.
 */
export async function deleteAndApply(lab: TestLab, sections?: string[]): Promise<number> {
  const exported = JSON.parse(
    (await lab.pulumi(["stack", "export", "--show-secrets", "--stack", lab.stacks.course])).stdout,
  ) as { deployment: Deployment };
  const objects = declaredObjects(lab.stacks.course, exported.deployment).filter(
    ({ kind, section = "" }) => kind !== "Namespace" && (sections === undefined || sections.includes(section)),
  );
  const claims = (await lab.object<{ items: V1PersistentVolumeClaim[] }>("pvc", "--all-namespaces"))?.items ?? [];
  const ofTemplates = claims.filter((claim) =>
    isOfTemplate(itemOf({ apiVersion: "v1", kind: "PersistentVolumeClaim" }, claim), objects),
  );
  const manifests = objects.map(({ apiVersion, kind, inputs }) => ({ ...inputs, apiVersion, kind }));
  const list = (items: object[]) => JSON.stringify({ apiVersion: "v1", kind: "List", items });
  const input = `${list([...manifests, ...ofTemplates])}\n${list(manifests)}\n`;
  const waits = objects.flatMap(waitFor);
  const output = await lab.ok(["exec", "--", "bash", "-c", SCRIPT, "bash", ...waits], { input });
  return Number(/^seconds: (.*)$/m.exec(output)?.[1]);
}

/** What of kubectl waits until the object works. */
function waitFor({ kind, name, namespace = "", inputs }: DeclaredObject): string[] {
  const where = `--namespace=${namespace}`;
  switch (kind) {
    case "StatefulSet":
    case "Deployment":
      return [`rollout status ${kind}/${name} ${where}`];
    case "Pod":
      return [`wait pod/${name} --for=condition=Ready ${where}`];
    case "Job":
      return [`wait job/${name} --for=condition=Complete ${where}`];
    case "PersistentVolumeClaim":
      return (inputs.spec as V1PersistentVolumeClaim["spec"])?.storageClassName === "local-storage"
        ? []
        : [`wait pvc/${name} --for=jsonpath={.status.phase}=Bound ${where}`];
    default:
      return [];
  }
}
