import { type Act, create, kubectl, type Place, refusedByController, refusedObject } from "./act";
import { claim, ephemeralVolume, pod, workload } from "./objects";

const CLASS = /denied request: a claim of class ".*" could take a volume that is not yours/;
const VOLUME = /denied request: volumeName .* is not yours/;

const make = (id: string, what: string, refusal: RegExp, spec: (place: Place) => object, metadata: object = {}): Act =>
  refusedObject({
    id: `claim-${id}`,
    what: `a claim ${what}`,
    manifest: (place) => claim(place, "mine", spec(place), metadata),
    refusal,
  });

/** The CSI driver makes no volume for it, so that it stays without one. */
const unbound = (place: Place) =>
  claim(place, "unbound", { storageClassName: place.storageClass, selector: { matchLabels: { never: "there" } } });

const setVolume = ({ other }: Place) => `--type=merge -p '{"spec":{"volumeName":"${other}.redis"}}'`;

export const claimAttacks: Act[] = [
  make("any-volume", 'of class "" that takes any free volume', CLASS, () => ({ storageClassName: "" })),
  make("no-class", "that names no class at all", CLASS, () => ({})),
  make("others-volume", "for another student's volume", CLASS, ({ other }) => ({
    storageClassName: "",
    volumeName: `${other}.redis`,
  })),
  make("others-volume-with-class", "for another student's volume, of the class's StorageClass", VOLUME, (place) => ({
    storageClassName: place.storageClass,
    volumeName: `${place.other}.redis`,
  })),
  make("other-class", "of another StorageClass", CLASS, ({ otherClass }) => ({ storageClassName: otherClass })),
  make(
    "class-annotation",
    'whose annotation says class ""',
    /denied request: remove the annotation volume.beta.kubernetes.io\/storage-class/,
    ({ storageClass }) => ({ storageClassName: storageClass }),
    { annotations: { "volume.beta.kubernetes.io/storage-class": "" } },
  ),
  make("copy", "that begins as a copy", /denied request: a student's claim begins empty/, ({ storageClass }) => ({
    storageClassName: storageClass,
    dataSource: { kind: "PersistentVolumeClaim", name: "redis-static" },
  })),
  make(
    "finalizer",
    "that nobody can delete",
    /denied request: a student adds no finalizers/,
    ({ storageClass }) => ({ storageClassName: storageClass }),
    {
      finalizers: ["example.com/mine"],
    },
  ),
  make(
    "size",
    "larger than the student's storage",
    /exceeded quota: student, requested: .*requests.storage=1000Gi/,
    ({ storageClass }) => ({
      storageClassName: storageClass,
      resources: { requests: { storage: "1000Gi" } },
    }),
  ),
  {
    id: "claim-patched",
    what: "a claim that is given another student's volume later",
    kind: "forbidden",
    as: "student",
    before: (place) => create(unbound(place)),
    command: (place) => kubectl(`patch pvc unbound -n ${place.own} ${setVolume(place)}`),
    refusal: VOLUME,
    control: {
      as: "administrator",
      command: (place) => kubectl(`patch pvc unbound -n ${place.own} --dry-run=server ${setVolume(place)}`),
    },
    after: ({ own }) => kubectl(`delete pvc unbound -n ${own} --ignore-not-found`),
  },
  refusedByController({
    id: "claim-template",
    what: "a claim for another student's volume, from a StatefulSet's template",
    manifest: (place) =>
      workload(
        place,
        "StatefulSet",
        "thief",
        {},
        {
          volumeClaimTemplates: [
            {
              metadata: { name: "data" },
              spec: {
                accessModes: ["ReadWriteMany"],
                resources: { requests: { storage: "16Mi" } },
                storageClassName: "",
                volumeName: `${place.other}.redis`,
              },
            },
          ],
        },
      ),
    refusal: CLASS,
  }),
  refusedByController({
    id: "claim-ephemeral",
    what: "a claim of another StorageClass, from a pod's ephemeral volume",
    manifest: (place) =>
      pod(place, "thief", {
        volumes: [ephemeralVolume(place.otherClass)],
      }),
    refusal: CLASS,
  }),
];
