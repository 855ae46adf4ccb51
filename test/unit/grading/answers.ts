import { FakeStudent, place } from "./fake-student";

/** A student who has done all that the exercises ask for. */
export function diligentStudent(): FakeStudent {
  const student = new FakeStudent();
  staticPair(student);
  releasedBack(student);
  claimRef(student);
  redisStatic(student);
  redisDynamic(student);
  dns(student);
  quota(student);
  return student;
}

export function staticPair(student: FakeStudent): void {
  student.volume("own-1", "notes");
  student.claim("own-1", "notes");
  student.podWith("notes", "/notes", { claim: "notes" });
  student.disk("own-1").set("hello.txt", { text: "hello", changed: student.now });
}

export function releasedBack(student: FakeStudent): void {
  student.disk("own-1").set("before.txt", { text: "before", changed: student.now });
  student.later();
  drop(student, "PersistentVolumeClaim", "notes");
  const volume = student.every("PersistentVolume").find(({ metadata }) => metadata?.name?.endsWith("own-1"));
  delete volume?.spec?.claimRef?.uid;
  student.claim("own-1", "notes");
}

export function claimRef(student: FakeStudent): void {
  student.volume("own-2", "reserved");
  student.claim("own-2", "intruder");
  student.claim("own-2", "reserved");
}

export function redisStatic(student: FakeStudent): void {
  student.volume("own-3", "cache");
  student.claim("own-3", "cache");
  student.set("cache", 1, () => ({ claim: "cache" }));
}

export const template = {
  volumeClaimTemplates: [{ metadata: { name: "data" }, spec: { storageClassName: place.storageClass } }],
};

export function redisDynamic(student: FakeStudent): void {
  student.dynamicClaim("data-store-0");
  student.dynamicClaim("data-store-1");
  student.set("store", 2, (index) => ({ claim: `data-store-${index}` }), template);
}

export function dns(student: FakeStudent, clusterIP = "None"): void {
  student.put("Service", { metadata: { name: "store" }, spec: { clusterIP } });
  endpoints(student);
}

/** What the cluster keeps for the Service. */
export function endpoints(student: FakeStudent): void {
  const pods = student.every("Pod").filter(({ metadata }) => metadata?.name?.startsWith("store-"));
  student.put("EndpointSlice", {
    metadata: { name: "store-1", labels: { "kubernetes.io/service-name": "store" } },
    addressType: "IPv4",
    endpoints: pods.map(({ metadata, status }) => ({ hostname: metadata?.name, addresses: [status?.podIP ?? ""] })),
  });
}

export function quota(student: FakeStudent): void {
  student.dynamicClaim("rest");
  const [found] = student.every("ResourceQuota");
  if (found) found.status = { ...found.status, used: { "requests.storage": "200Mi" } };
}

/** Takes an object away, and nothing happens then. */
export function drop(student: FakeStudent, kind: string, name: string): void {
  const at = student.objects.findIndex((entry) => entry.kind === kind && entry.object.metadata?.name === name);
  student.objects.splice(at, 1);
}
