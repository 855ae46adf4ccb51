import { byStudentOf, type KnownClass, literal, type PolicySpec, type Rule } from "./admission-policy";
import { REDIS_VOLUME } from "./class-names";

/** Mount options that lead nowhere else and harm no node. One entry is one option, so that none hides behind a comma. */
const MOUNT_OPTION =
  "^((nfs)?vers=(3|4|4\\.0|4\\.1|4\\.2)|hard|soft|ro|rw|noatime|nodiratime|nolock|tcp|proto=tcp|timeo=[0-9]{1,4}|retrans=[0-9]{1,2}|[rw]size=[0-9]{4,7})$";

/** Annotation in which `kubectl apply` keeps what it was given. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * PersistentVolumes of students: theirs alone by name, on their directory of that name, for claims of their namespace. A
 * volume is in no namespace, so whose it is follows from who asks.
 */
export function volumePolicy({ className, server, path, volumes }: KnownClass): PolicySpec {
  const names = (list: string[]) => `${literal(list)}.map(v, variables.home + "." + v)`;
  return {
    matchConstraints: {
      resourceRules: [
        {
          apiGroups: [""],
          apiVersions: ["*"],
          operations: ["CREATE", "UPDATE", "DELETE"],
          resources: ["persistentvolumes"],
          scope: "Cluster",
        },
      ],
    },
    matchConditions: [{ name: "by-a-student", expression: byStudentOf(className) }],
    variables: [
      { name: "home", expression: 'request.userInfo.username.split(":")[2]' },
      { name: "volume", expression: 'request.operation == "DELETE" ? oldObject : object' },
      { name: "name", expression: 'has(variables.volume.metadata.name) ? variables.volume.metadata.name : ""' },
      {
        name: "names",
        expression: `request.operation == "UPDATE" ? ${names([...volumes, REDIS_VOLUME])} : ${names(volumes)}`,
      },
      { name: "directory", expression: `${literal(`${path}/`)} + variables.home` },
    ],
    validations: [
      {
        expression: "variables.name in variables.names",
        message: "a student's volumes have fixed names",
        messageExpression: `"your volumes have fixed names: take one of " + variables.names.join(", ")`,
      },
      ...[
        {
          expression: `has(object.spec.claimRef) && has(object.spec.claimRef.namespace) && object.spec.claimRef.namespace == variables.home && has(object.spec.claimRef.name) && object.spec.claimRef.name != ""`,
          message: "a student's volume names a claim of the student's namespace",
          messageExpression: `"a volume without claimRef could be taken by anybody's claim: set claimRef.namespace to " + variables.home + " and claimRef.name to your claim; to free a Released volume, remove only claimRef.uid and claimRef.resourceVersion"`,
        },
        {
          expression: `has(object.spec.nfs) && object.spec.nfs.server == ${literal(server)} && ${literal([...volumes, REDIS_VOLUME])}.exists(v, variables.name == variables.home + "." + v && object.spec.nfs.path == variables.directory + "/" + v)`,
          message: "a student's volume is on the student's directory of its name",
          messageExpression: `"your volume is of type nfs, on server ${server} and path " + variables.directory + "/" + variables.name.split(".")[size(variables.name.split(".")) - 1]`,
        },
        {
          expression: `object.spec.?persistentVolumeReclaimPolicy.orValue("Retain") == "Retain"`,
          message: "the reclaim policy of a student's volume is Retain: nothing can delete a static nfs volume",
        },
        {
          expression: `object.spec.?storageClassName.orValue("") == ""`,
          message: 'a student\'s volume has no class: leave storageClassName out, or write ""',
        },
        {
          expression: `!has(object.spec.mountOptions) || object.spec.mountOptions.all(o, o.matches(${literal(MOUNT_OPTION)}))`,
          message:
            "mountOptions: each entry is one of nfsvers=, vers=, hard, soft, ro, rw, noatime, nodiratime, nolock, tcp, proto=tcp, timeo=, retrans=, rsize= or wsize=",
        },
        {
          // Some decide about class, mount options and binding, in the spec's place.
          expression: `!has(object.metadata.annotations) || object.metadata.annotations.all(k, !k.contains("kubernetes.io/") || k == ${literal(LAST_APPLIED)})`,
          message: "annotations of kubernetes.io are not for students: remove them, and write the spec's fields",
        },
        {
          expression: `!has(object.metadata.finalizers) || object.metadata.finalizers.all(f, f == "kubernetes.io/pv-protection" || (request.operation == "UPDATE" && has(oldObject.metadata.finalizers) && f in oldObject.metadata.finalizers))`,
          message: "a student adds no finalizers: remove them",
        },
        {
          expression: `object.metadata.?ownerReferences.orValue([]) == (request.operation == "UPDATE" ? oldObject.metadata.?ownerReferences.orValue([]) : [])`,
          message: "a student's volume keeps the owner that it has, or has none: leave ownerReferences as they are",
        },
      ].map(unlessDeleted),
    ],
  };
}

function unlessDeleted(rule: Rule): Rule {
  return { ...rule, expression: `request.operation == "DELETE" || (${rule.expression})` };
}
