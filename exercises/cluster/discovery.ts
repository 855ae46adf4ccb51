import type { ApisApi, CoreV1Api, CustomObjectsApi, V1APIResourceList } from "@kubernetes/client-node";

/** A kind by the version of its API. */
export interface ApiKind {
  apiVersion: string;
  kind: string;
}

/** The namespaced kinds that a cluster has. */
export interface NamespacedKinds {
  /** Those whose objects can be listed and deleted, custom ones too; of each group the version that it prefers. */
  kinds: ApiKind[];
  /** API groups that do not answer, with their version: what is of them cannot be seen. */
  silent: string[];
}

/** Asks the API server which kinds it has, as `kubectl api-resources` does. */
export async function discoverKinds(
  core: CoreV1Api,
  apis: ApisApi,
  custom: CustomObjectsApi,
): Promise<NamespacedKinds> {
  const [first, { groups }] = await Promise.all([core.getAPIResources(), apis.getAPIVersions()]);
  const silent: string[] = [];
  const others = await Promise.all(
    groups.map(async ({ name: group, preferredVersion, versions }) => {
      const { groupVersion, version } = preferredVersion ?? versions[0] ?? { groupVersion: group, version: "v1" };
      // A group may be served by a program in the cluster, and that may be away.
      const list = await custom.getAPIResources({ group, version }).catch(() => undefined);
      if (!list) silent.push(groupVersion);
      return list ? kindsIn(groupVersion, list) : [];
    }),
  );
  return { kinds: [...kindsIn("v1", first), ...others.flat()], silent: silent.sort() };
}

/** Of an API's resources those that are objects in a namespace which can be listed and deleted; no subresources. */
function kindsIn(apiVersion: string, { resources }: V1APIResourceList): ApiKind[] {
  return resources
    .filter(({ name, namespaced }) => namespaced && !name.includes("/"))
    .filter(({ verbs }) => verbs.includes("list") && verbs.includes("delete"))
    .map(({ kind }) => ({ apiVersion, kind }));
}
