import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { objectMeta, type Metadata } from "../metadata";
import { ATTENDANCE, CLASS_LABEL } from "./class-names";

/** What the policies of a class say things about. */
export interface KnownClass {
  className: string;
  /** The NAS as volumes name it. */
  server: string;
  /** The class's directory on it. */
  path: string;
  /** Last names of the volumes that students may make. */
  volumes: string[];
  /** StorageClasses that their claims may name. */
  claimClasses: string[];
  /** PriorityClasses that their pods may have. */
  priorityClasses: string[];
}

/** The part of a policy that differs. */
export type PolicySpec = Omit<
  k8s.types.input.admissionregistration.v1.ValidatingAdmissionPolicySpec,
  "failurePolicy" | "validations"
> & { validations: Rule[] };

/** What has to be true, and what a student reads where it is not. */
export interface Rule {
  expression: string;
  message: string;
  /** The same with values of the request. */
  messageExpression?: string;
}

/** Makes a policy and the binding by which it refuses. What it cannot decide, for an error in it, it refuses too. */
export function admissionPolicy(
  parent: pulumi.ComponentResource,
  name: string,
  policyName: pulumi.Output<string>,
  spec: pulumi.Output<PolicySpec>,
  metadata: Metadata,
): void {
  const policy = new k8s.admissionregistration.v1.ValidatingAdmissionPolicy(
    `${name}-policy`,
    {
      metadata: objectMeta({ name: policyName }, metadata),
      spec: spec.apply(({ validations, ...known }) => ({
        ...known,
        failurePolicy: "Fail",
        validations: validations.map((rule) => ({ ...rule, reason: "Forbidden" })),
      })),
    },
    { parent },
  );
  new k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
    `${name}-binding`,
    {
      metadata: objectMeta({ name: policyName }, metadata),
      spec: { policyName: policy.metadata.name, validationActions: ["Deny"] },
    },
    { parent },
  );
}

/** A text or a list of texts as CEL writes it, which is as JSON does. */
export function literal(value: string | string[]): string {
  return JSON.stringify(value);
}

/**
 * Whether the request is by a student of the class. Who may do everything may `attend` as well, so the account has to be one
 * of a namespace that can be the class's.
 */
export function byStudentOf(className: string): string {
  const { group, resource, verb } = ATTENDANCE;
  const check = `authorizer.group("${group}").resource("${resource}").name(${literal(className)}).check("${verb}")`;
  return `request.userInfo.username.startsWith(${literal(`system:serviceaccount:${className}-`)}) && ${check}.allowed()`;
}

/** A kind of objects in the namespaces of a class, and what is looked at: what anybody makes, and what students change. */
export function inNamespacesOf(
  className: string,
  resources: { apiGroups: string[]; resources: string[] }[],
): Pick<PolicySpec, "matchConstraints" | "matchConditions"> {
  return {
    matchConstraints: {
      namespaceSelector: { matchLabels: { [CLASS_LABEL]: className } },
      resourceRules: resources.map((each) => ({
        ...each,
        apiVersions: ["*"],
        operations: ["CREATE", "UPDATE"],
        scope: "Namespaced",
      })),
    },
    // Controllers make what students ask for in a template, and later change nothing that is looked at. They must not be
    // in the way of what was made before a rule changed.
    matchConditions: [
      {
        name: "made-or-changed-by-a-student",
        expression:
          'request.operation == "CREATE" || ' +
          'request.userInfo.username.startsWith("system:serviceaccount:" + request.namespace + ":")',
      },
    ],
  };
}
