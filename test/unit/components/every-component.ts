import type * as pulumi from "@pulumi/pulumi";
import {
  ClaimQuota,
  Classroom,
  ClusterIpService,
  CsiNfsDriver,
  csiNfsSource,
  CsiStorageClass,
  HeadlessService,
  MysqlStatefulSet,
  NfsClient,
  NfsDirectories,
  NfsDirectoriesJob,
  NfsNodeProof,
  NfsProvisioner,
  NfsServer,
  NfsStorageClass,
  NodeDirectory,
  PodFirewall,
  RedisStatefulSet,
  type SshConnection,
  StudentDirectories,
  StaticVolume,
  type StaticVolumeArgs,
  StudentLab,
  VolumeClass,
} from "../../../components/index";

/** How a value reaches a component: as it is, or as an Output that nobody knows yet. */
export type Given = <T>(value: T) => pulumi.Input<T>;

/**
 * Every component of the library, made with each of its arguments that may be an Output: `given` decides whether it is
 * known. One entry a class; a class whose children depend on plain arguments has an entry for each kind of them.
 */
export const components: Record<string, Record<string, (given: Given) => pulumi.ComponentResource>> = {
  Classroom: {
    "": (given) =>
      new Classroom("it", {
        className: given("school"),
        server: given("192.168.110.168"),
        path: given("/nfs/school"),
        volumes: given(["own-1"]),
        storageClass: {
          name: given("school-csi"),
          driverName: given("nfs.csi.k8s.io"),
          mountOptions: given(["nfsvers=4.2"]),
        },
        claimClasses: given(["fast"]),
        priorityClasses: given(["usual"]),
      }),
    "without StorageClass": (given) =>
      new Classroom("it", {
        className: given("school"),
        server: given("192.168.110.168"),
        path: given("/nfs/school"),
        storageClass: false,
        claimClasses: given(["fast"]),
      }),
  },
  StudentLab: {
    "": (given) =>
      new StudentLab("it", {
        ...studentLab(given),
        realName: given("张伟"),
        volumes: given(["own-1"]),
        storageClass: given("school-csi"),
        claimClasses: given(["school-csi"]),
        claims: given(5),
        compute: given({ pods: 5, cpu: "1", memory: "512Mi", ephemeralStorage: "1Gi" }),
        podSecurity: given("restricted" as const),
        dnsServers: given(["169.254.20.10"]),
        redisImage: given("redis:7.4.4"),
      }),
    "without StorageClass": (given) => new StudentLab("it", studentLab(given)),
  },
  NfsServer: {
    "": (given) =>
      new NfsServer("it", {
        connection: ssh(given),
        path: given("/nfs"),
        clients: given(["192.168.110.0/24"]),
        options: given("rw,sync,root_squash"),
        mode: given("0755"),
        generation: given(2),
        clientWait: given(30),
        force: given(true),
      }),
    "over a bastion": (given) =>
      new NfsServer("it", {
        connection: {
          ...ssh(given),
          privateKeyPassword: given("a passphrase"),
          sudoPassword: given("a password"),
          agent: given("/run/agent"),
          bastion: { ...ssh(given), name: given("gate") },
        },
        address: given("fd00::10"),
        clients: ["192.168.110.0/24"],
      }),
    "for a list of clients of which one is unknown": (given) =>
      new NfsServer("it", { connection: ssh(given), clients: ["192.168.110.0/24", given("node1.example")] }),
  },
  NfsDirectories: {
    "": (given) =>
      new NfsDirectories("it", {
        connection: ssh(given),
        exportPath: given("/nfs"),
        names: given(["one", "two"]),
        owner: given("root:root"),
        mode: given("0755"),
        generation: given(2),
        onDelete: "archive",
      }),
  },
  StudentDirectories: {
    "": (given) =>
      new StudentDirectories("it", {
        connection: ssh(given),
        exportPath: given("/nfs"),
        className: given("school"),
        students: given([{ namespace: "school-a", uid: 20001, capacity: "1Gi", inodes: 1000 }]),
        volumes: given(["redis"]),
        quota: given("required" as const),
        adopt: given(true),
        generation: given(2),
        onDelete: "archive",
      }),
    "of which one student is unknown": (given) =>
      new StudentDirectories("it", {
        connection: ssh(given),
        exportPath: "/nfs",
        className: "school",
        students: [
          { namespace: "school-a", uid: 20001, capacity: "1Gi" },
          { namespace: given("school-b"), uid: given(20002), capacity: given("1Gi"), inodes: given(1000) },
        ],
      }),
  },
  PodFirewall: {
    "": (given) =>
      new PodFirewall("it", {
        connection: ssh(given),
        addresses: given(["192.168.110.168", "fd00::10"]),
        generation: given(2),
      }),
  },
  NfsDirectoriesJob: {
    "": (given) => new NfsDirectoriesJob("it", directoriesJob(given)),
    "with mount options": (given) =>
      new NfsDirectoriesJob("it", { ...directoriesJob(given), mountOptions: [given("nfsvers=3")] }),
  },
  NfsClient: {
    "": (given) =>
      new NfsClient("it", {
        connection: ssh(given),
        server: given("192.168.110.168"),
        path: given("/nfs"),
        revision: given("1"),
        mountOptions: given(["nfsvers=4.2"]),
        mountOptionSets: given([{ usedBy: "StorageClass nfs", options: ["hard"] }]),
        generation: given(2),
      }),
  },
  NfsNodeProof: {
    "": (given) =>
      new NfsNodeProof("it", {
        server: given("192.168.110.168"),
        path: given("/nfs"),
        namespace: given("proof"),
        image: given("tools:1"),
        tolerations: given([{ key: "gpu", operator: "Exists" }]),
        nodeSelector: given({ pool: "students" }),
        mountOptions: ["nfsvers=4.2"],
        mountOptionSets: [{ usedBy: "StorageClass nfs", options: ["hard"] }],
        mustWrite: given(true),
        revision: given("1"),
        generation: given(2),
      }),
    "in a namespace that exists": (given) =>
      new NfsNodeProof("it", {
        server: given("192.168.110.168"),
        path: given("/nfs"),
        namespace: given("proof"),
        createNamespace: false,
        controlPlane: true,
      }),
  },
  NfsProvisioner: {
    "": (given) =>
      new NfsProvisioner("it", {
        server: given("192.168.110.168"),
        path: given("/nfs"),
        namespace: given("storage"),
        image: given("provisioner:1"),
        provisionerName: given("example.org/nfs"),
      }),
    "with mount options": (given) =>
      new NfsProvisioner("it", {
        server: given("192.168.110.168"),
        path: given("/nfs"),
        namespace: given("storage"),
        mountOptions: given(["nfsvers=4.2"]),
      }),
    "in a namespace that exists": (given) =>
      new NfsProvisioner("it", {
        server: given("192.168.110.168"),
        path: given("/nfs"),
        namespace: given("storage"),
        createNamespace: false,
        provisionerName: given("example.org/nfs"),
      }),
  },
  CsiNfsDriver: {
    "": (given) =>
      new CsiNfsDriver("it", {
        namespace: given("csi"),
        images: {
          driver: given("nfsplugin:v4.13.4"),
          provisioner: given("csi-provisioner:1"),
          attacher: given("csi-attacher:1"),
          resizer: given("csi-resizer:1"),
          registrar: given("registrar:1"),
          livenessProbe: given("livenessprobe:1"),
        },
        kubeletDir: given("/var/lib/kubelet"),
        replicas: given(2),
        kubeApiQps: given(20),
        tolerations: given([{ key: "gpu", operator: "Exists" }]),
        clusterRolePrefix: given("b-"),
      }),
    "that registers itself in a namespace that exists": (given) =>
      new CsiNfsDriver("it", {
        namespace: given("csi"),
        createNamespace: false,
        registrar: false,
        kubeletDir: given("/var/lib/kubelet"),
      }),
  },
  CsiStorageClass: {
    "": (given) =>
      new CsiStorageClass("it", {
        className: given("nfs-csi"),
        isDefault: given(true),
        driverName: given("nfs.csi.k8s.io"),
        server: given("192.168.110.168"),
        share: given("/nfs"),
        subDir: given("${pvc.metadata.namespace}/${pvc.metadata.name}"),
        reclaimPolicy: given("Delete"),
        onDelete: given("retain"),
        mountPermissions: given("0777"),
        mountOptions: given(["hard"]),
        volumeBindingMode: given("WaitForFirstConsumer"),
        allowVolumeExpansion: given(false),
      }),
  },
  NfsStorageClass: {
    "": (given) =>
      new NfsStorageClass("it", {
        className: given("nfs"),
        isDefault: given(true),
        provisionerName: given("example.org/nfs"),
        provisionerImage: given("example.org/nfs-provisioner:1"),
        provisionerRelease: given("v4.0.3"),
        reclaimPolicy: given("Delete"),
        onDelete: given("retain"),
        pathPattern: given("${.PVC.namespace}/${.PVC.name}"),
        mountOptions: given(["hard"]),
      }),
  },
  VolumeClass: {
    "": (given) =>
      new VolumeClass("it", {
        className: given("cloud"),
        isDefault: given(true),
        provisioner: given("example.org/cloud"),
        parameters: given({ type: "fast" }),
        reclaimPolicy: given("Delete"),
        volumeBindingMode: given("Immediate"),
        allowVolumeExpansion: given(true),
        mountOptions: given(["noatime"]),
      }),
  },
  StaticVolume: {
    "on NFS": volume((given) => ({
      type: "nfs",
      server: given("192.168.110.168"),
      path: given("/nfs/data"),
      readOnly: given(true),
    })),
    "on a node's directory": volume((given) => ({
      type: "hostPath",
      path: given("/data"),
      hostPathType: given("Directory"),
    })),
    "on a node's disk": volume((given) => ({ type: "local", path: given("/data"), nodes: given(["node1"]) })),
    "on EBS": volume((given) => ({ type: "awsElasticBlockStore", volumeID: given("vol-1"), fsType: given("xfs") })),
    "of a CSI driver": volume((given) => ({
      type: "csi",
      driver: given("example.org/disk"),
      volumeHandle: given("disk-1"),
      volumeAttributes: given({ speed: "fast" }),
    })),
    "of csi-driver-nfs": volume((given) =>
      csiNfsSource({
        driverName: given("nfs.csi.k8s.io"),
        server: given("192.168.110.168"),
        share: given("/nfs"),
        subDir: given("data"),
        id: given("one"),
        onDelete: given("retain"),
        mountPermissions: given("0755"),
        readOnly: given(true),
      }),
    ),
  },
  ClaimQuota: {
    "": (given) =>
      new ClaimQuota("it", {
        quotaName: given("quota"),
        namespace: given("shiqi"),
        claims: given(3),
        storage: given("128Mi"),
        classes: { "nfs-client": { claims: given(1), storage: given("64Mi") } },
      }),
  },
  NodeDirectory: {
    "": (given) =>
      new NodeDirectory("it", {
        jobName: given("job"),
        namespace: given("shiqi"),
        node: given("node1"),
        path: given("/data"),
        image: given("tools:1"),
      }),
  },
  HeadlessService: { "": (given) => new HeadlessService("it", service(given)) },
  ClusterIpService: { "": (given) => new ClusterIpService("it", service(given)) },
  RedisStatefulSet: {
    "on a claim": (given) =>
      new RedisStatefulSet("it", {
        ...stateful(given),
        storage: {
          claimName: given("claim"),
          shareBetweenReplicas: true,
          accessModes: given(["ReadWriteMany" as const]),
        },
        image: given("redis:7.4.4"),
        version: given("7.4.4"),
        cpu: given("50m"),
        password: given("a password"),
      }),
    "on a template": (given) =>
      new RedisStatefulSet("it", { ...stateful(given), storage: template(given), readiness: "port" }),
  },
  MysqlStatefulSet: {
    "": (given) =>
      new MysqlStatefulSet("it", {
        ...stateful(given),
        storage: template(given),
        rootPassword: given("a password"),
        secretName: given("secret"),
        image: given("mysql:8.0"),
      }),
  },
};

function studentLab(given: Given) {
  return {
    className: given("school"),
    studentName: given("zhang-wei"),
    uid: given(20001),
    capacity: given("1Gi"),
    role: given("school-student"),
    server: given("192.168.110.168"),
    path: given("/nfs/school"),
    password: given("a password"),
  };
}

function directoriesJob(given: Given) {
  return {
    jobName: given("nas-directories"),
    namespace: given("storage"),
    image: given("redis:7.4.4"),
    server: given("192.168.110.168"),
    path: given("/volume1/k8s"),
    names: given(["one", "two"]),
    owner: given("999:999"),
    mode: given("0755"),
    adopt: given(["one"]),
    generation: given(2),
    runAsUser: given(1026),
  };
}

function ssh(given: Given): SshConnection {
  return {
    host: given("192.168.110.168"),
    port: given(2222),
    user: given("admin"),
    privateKey: given("a key"),
    hostKey: given("ssh-ed25519 AAAA"),
  };
}

function volume(source: (given: Given) => StaticVolumeArgs["source"]) {
  return (given: Given) =>
    new StaticVolume("it", {
      volumeName: given("pv"),
      claimName: given("pvc"),
      namespace: given("shiqi"),
      source: source(given),
      capacity: given("64Mi"),
      request: given("32Mi"),
      accessModes: given(["ReadWriteOnce" as const]),
      storageClassName: given("by-hand"),
      reclaimPolicy: given("Retain"),
      mountOptions: given(["hard"]),
    });
}

function service(given: Given) {
  return {
    serviceName: given("service"),
    namespace: given("shiqi"),
    selector: given({ app: "redis" }),
    port: { name: "redis", port: 6379 },
  };
}

function stateful(given: Given) {
  return {
    statefulSetName: given("set"),
    serviceName: given("service"),
    app: given("app"),
    namespace: given("shiqi"),
    replicas: given(2),
  };
}

function template(given: Given) {
  return {
    template: {
      name: "data",
      storageClassName: given("nfs"),
      capacity: given("64Mi"),
      accessModes: given(["ReadWriteOnce" as const]),
    },
  };
}
