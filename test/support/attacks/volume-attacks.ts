import { type Act, type Place, create, kubectl, refusedObject, refusedWords } from "./act";
import { ownVolume } from "./objects";

const NAMES = /denied request: your volumes have fixed names: take one of/;
const CLAIM_REF = /denied request: a volume without claimRef could be taken by anybody's claim/;
const SOURCE = /denied request: your volume is of type nfs, on server/;
const OPTIONS = /denied request: mountOptions: each entry is one of/;
const ANNOTATIONS = /denied request: annotations of kubernetes.io are not for students/;

const nfs = (place: Place, path: string, server = place.server) => ({ nfs: { server, path } });

const make = (id: string, what: string, refusal: RegExp, change: (place: Place) => object, metadata: object = {}) =>
  refusedObject({
    id: `volume-${id}`,
    what: `a PersistentVolume ${what}`,
    manifest: (place) => ownVolume(place, "own-1", change(place), metadata),
    refusal,
    control: "in place",
  });

const named = (id: string, what: string, name: (place: Place) => object) =>
  refusedObject({
    id: `volume-${id}`,
    what: `a PersistentVolume ${what}`,
    manifest: (place) => ownVolume(place, "own-1", {}, name(place)),
    refusal: NAMES,
    control: "in place",
  });

/** Changes the student's own volume, which is there. */
const patch = (id: string, what: string, refusal: RegExp, change: (place: Place) => object): Act => ({
  id: `volume-${id}`,
  what: `change of one's own PersistentVolume: ${what}`,
  kind: "forbidden",
  as: "student",
  before: (place) => create(ownVolume(place, "own-2")),
  command: (place) => kubectl(`patch pv ${place.own}.own-2 --type=merge -p '${JSON.stringify(change(place))}'`),
  refusal,
  control: {
    as: "administrator",
    command: (place) =>
      kubectl(`patch pv ${place.own}.own-2 --dry-run=server --type=merge -p '${JSON.stringify(change(place))}'`),
  },
  after: (place) => kubectl(`delete pv ${place.own}.own-2 --ignore-not-found`),
});

const CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

export const volumeAttacks: Act[] = [
  named("others-name", "with another student's name", ({ other }) => ({ name: `${other}.own-3` })),
  named("any-name", "with a name of one's choice", ({ className }) => ({ name: `${className}-mine` })),
  named("fourth", "more than the fixed ones", ({ own }) => ({ name: `${own}.own-4` })),
  named("generated-name", "with a generated name", ({ own }) => ({ name: undefined, generateName: `${own}.own-1` })),
  make("others-path", "on another student's directory", SOURCE, (place) =>
    nfs(place, `${place.path}/${place.other}/redis`),
  ),
  make("dots", "on another student's directory by way of one's own", SOURCE, (place) =>
    nfs(place, `${place.path}/${place.own}/own-1/../../${place.other}/redis`),
  ),
  make("own-parent", "on the parent of one's own directories", SOURCE, (place) =>
    nfs(place, `${place.path}/${place.own}`),
  ),
  make("class-path", "on the class's directory", SOURCE, (place) => nfs(place, place.path)),
  make("root", "on the NAS's root", SOURCE, (place) => nfs(place, "/")),
  make("slash", "on one's directory with a slash more", SOURCE, (place) =>
    nfs(place, `${place.path}/${place.own}/own-1/`),
  ),
  make("swapped", "on another of one's own directories", SOURCE, (place) =>
    nfs(place, `${place.path}/${place.own}/redis`),
  ),
  make("other-server", "on another server", SOURCE, (place) =>
    nfs(place, `${place.path}/${place.own}/own-1`, "192.0.2.1"),
  ),
  make("host-path", "of type hostPath", SOURCE, () => ({ nfs: undefined, hostPath: { path: "/etc" } })),
  make("local", "of type local", SOURCE, ({ node }) => ({
    nfs: undefined,
    local: { path: "/etc" },
    nodeAffinity: {
      required: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [node] }] }],
      },
    },
  })),
  make("csi", "of the CSI driver, on another student's directory", SOURCE, ({ server, path, other }) => ({
    nfs: undefined,
    csi: {
      driver: "nfs.csi.k8s.io",
      volumeHandle: "mine",
      volumeAttributes: { server, share: path, subDir: `${other}/redis` },
    },
  })),
  make("no-claim-ref", "that any claim can take", CLAIM_REF, () => ({ claimRef: undefined })),
  make("others-claim", "for another student's claim", CLAIM_REF, ({ other }) => ({
    claimRef: { namespace: other, name: "trap" },
  })),
  make("claim-ref-without-name", "whose claimRef names no claim", CLAIM_REF, ({ own }) => ({
    claimRef: { namespace: own },
  })),
  make(
    "reclaim-delete",
    "that is deleted with its claim",
    /denied request: the reclaim policy of a student's volume is Retain/,
    () => ({
      persistentVolumeReclaimPolicy: "Delete",
    }),
  ),
  make("class", "of another StorageClass", /denied request: a student's volume has no class/, ({ otherClass }) => ({
    storageClassName: otherClass,
  })),
  make("mount-option", "whose mount option leads to another server", OPTIONS, () => ({
    mountOptions: ["addr=192.0.2.1"],
  })),
  make("mount-option-hidden", "with such an option behind a harmless one", OPTIONS, () => ({
    mountOptions: ["hard,addr=192.0.2.1"],
  })),
  make("mount-option-annotation", "with mount options in an annotation", ANNOTATIONS, () => ({}), {
    annotations: { "volume.beta.kubernetes.io/mount-options": "addr=192.0.2.1" },
  }),
  make("class-annotation", "with a class in an annotation", ANNOTATIONS, () => ({}), {
    annotations: { [CLASS_ANNOTATION]: "standard" },
  }),
  make("provisioned-by", "that says a provisioner made it", ANNOTATIONS, () => ({}), {
    annotations: { "pv.kubernetes.io/provisioned-by": "nfs.csi.k8s.io" },
  }),
  make("bound-by-controller", "whose claimRef the binder would remove", ANNOTATIONS, () => ({}), {
    annotations: { "pv.kubernetes.io/bound-by-controller": "yes" },
  }),
  make("finalizer", "that nobody can delete", /denied request: a student adds no finalizers/, () => ({}), {
    finalizers: ["example.com/mine"],
  }),
  make(
    "owner",
    "that goes when another object does",
    /denied request: a student's volume keeps the owner/,
    () => ({}),
    {
      ownerReferences: [{ apiVersion: "v1", kind: "Node", name: "node1", uid: "00000000-0000-0000-0000-000000000000" }],
    },
  ),
  {
    ...make("applied", "on another student's directory, by server-side apply", SOURCE, (place) =>
      nfs(place, `${place.path}/${place.other}/redis`),
    ),
    command: (place) =>
      kubectl(
        "apply --server-side -f -",
        JSON.stringify(ownVolume(place, "own-1", nfs(place, `${place.path}/${place.other}/redis`))),
      ),
  },
  patch("free", "claimRef removed", CLAIM_REF, () => ({ spec: { claimRef: null } })),
  patch("give-away", "claimRef to another student", CLAIM_REF, ({ other }) => ({
    spec: { claimRef: { namespace: other, name: "trap" } },
  })),
  patch("patched-options", "mount options", OPTIONS, () => ({ spec: { mountOptions: ["port=2050"] } })),
  patch("patched-policy", "reclaim policy Delete", /reclaim policy of a student's volume is Retain/, () => ({
    spec: { persistentVolumeReclaimPolicy: "Delete" },
  })),
  patch("patched-finalizer", "a finalizer", /a student adds no finalizers/, () => ({
    metadata: { finalizers: ["kubernetes.io/pv-protection", "example.com/mine"] },
  })),
  refusedWords(
    "volume-teachers",
    "the teacher's volume made by the student",
    (place) => create(ownVolume(place, "redis")),
    {
      refusal: NAMES,
      controlWords: (place) => create(ownVolume({ ...place, own: place.outside }, "redis"), "--dry-run=server"),
    },
  ),
  refusedWords("volume-list", "all volumes listed", () => kubectl("get pv")),
  refusedWords("volume-read", "another student's volume read", ({ other }) => kubectl(`get pv ${other}.redis -o yaml`)),
  refusedWords(
    "volume-take",
    "another student's volume patched",
    ({ own, other }) =>
      kubectl(`patch pv ${other}.redis --type=merge -p '{"spec":{"claimRef":{"namespace":"${own}","name":"x"}}}'`),
    {
      controlWords: ({ other }) =>
        kubectl(`patch pv ${other}.redis --dry-run=server --type=merge -p '{"metadata":{"labels":{"seen":"yes"}}}'`),
    },
  ),
  refusedWords(
    "volume-delete",
    "another student's volume deleted",
    ({ other }) => kubectl(`delete pv ${other}.redis --wait=false`),
    {
      controlWords: ({ other }) => kubectl(`delete pv ${other}.redis --dry-run=server`),
    },
  ),
  refusedWords(
    "volume-delete-teachers",
    "the teacher's volume deleted",
    ({ own }) => kubectl(`delete pv ${own}.redis --wait=false`),
    {
      controlWords: ({ own }) => kubectl(`delete pv ${own}.redis --dry-run=server`),
    },
  ),
  refusedWords(
    "volume-status",
    "status of one's own volume",
    ({ own }) =>
      kubectl(`patch pv ${own}.redis --subresource=status --type=merge -p '{"status":{"phase":"Available"}}'`),
    {
      controlWords: ({ own }) =>
        kubectl(
          `patch pv ${own}.redis --subresource=status --dry-run=server --type=merge -p '{"status":{"phase":"Available"}}'`,
        ),
    },
  ),
];
