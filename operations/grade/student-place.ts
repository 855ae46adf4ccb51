import { CLASS_LABEL, OWN_VOLUMES, REDIS_VOLUME, STUDENT_LABEL, studentVolume } from "../../components/index";
import { KubernetesCluster } from "../../exercises/cluster/kubernetes-cluster";
import { Failure, WrongUse } from "../../exercises/runner/failure";
import type { Place } from "../../grading/runner/place";
import { type ClusterConfig, readKubeconfig } from "../../stacks/kubeconfig";

/** A student's cluster and place, by the student's own kubeconfig alone. */
export async function studentPlace(from: ClusterConfig): Promise<{ cluster: KubernetesCluster; place: Place }> {
  const cluster = await KubernetesCluster.connect(from);
  const namespace = await namespaceOf(from);
  const none = (what: string) =>
    new Failure(
      `${namespace} is no student's namespace: ${what}`,
      "use the kubeconfig that your teacher gave you (class kubeconfig NAME)",
    );
  // Of the volumes a student may read the teacher's: it is next to the own ones.
  const volume = await cluster.find("PersistentVolume", studentVolume(namespace, REDIS_VOLUME));
  const { nfs } = volume?.spec ?? {};
  const { [CLASS_LABEL]: className, [STUDENT_LABEL]: student } = volume?.metadata?.labels ?? {};
  if (!nfs || className === undefined || student === undefined) throw none("it has no volume of the teacher's");
  const set = await cluster.find("StatefulSet", "redis-static", namespace);
  const spec = set?.spec?.template.spec;
  const [image, uid] = [spec?.containers[0]?.image, spec?.securityContext?.runAsUser];
  if (image === undefined || uid === undefined) throw none("it has no StatefulSet redis-static of the teacher's");
  const [storageClass] = await cluster.list("StorageClass", { labels: `${CLASS_LABEL}=${className}` });
  const place = {
    ...{ className, student, namespace, image, uid },
    server: nfs.server,
    directory: nfs.path.replace(new RegExp(`/${REDIS_VOLUME}$`), ""),
    volumes: OWN_VOLUMES,
    storageClass: storageClass?.metadata?.name,
  };
  return { cluster, place };
}

async function namespaceOf(from: ClusterConfig): Promise<string> {
  const client = await import("@kubernetes/client-node");
  const config = new client.KubeConfig();
  readKubeconfig(config, from);
  const { namespace } = config.getContextObject(config.getCurrentContext()) ?? {};
  if (namespace !== undefined) return namespace;
  throw new WrongUse("the kubeconfig's context names no namespace", "use the kubeconfig that your teacher gave you");
}
