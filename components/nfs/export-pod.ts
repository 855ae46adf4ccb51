import { nfsServerAddress } from "./host-address";
import { read } from "./script-text";

/** Where such a pod has the export; no part of a path or of a message is the same by chance. */
export const EXPORT_MOUNT = "/storage-lab-export";

/** A pod that mounts an export and runs the scripts there, where no SSH leads to the NFS server. */
export interface ExportPod {
  namespace: string;
  /** The Job that has made what is on the export. */
  jobName: string;
  image: string;
  server: string;
  /** The export, as clients see it. */
  path: string;
  /** The claim that it is mounted by, with the volume's mount options. @default none: mounted as the nodes do by default */
  claimName?: string;
  /** The uid that the scripts run as. @default 0 */
  runAsUser?: number;
}

/** The spec of a pod that runs a script's text with one argument and ends. */
export function exportPodSpec({ image, server, path, claimName, runAsUser }: ExportPod, text: string, action: string) {
  const address = nfsServerAddress(server);
  return {
    restartPolicy: "Never",
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    containers: [
      {
        name: "directories",
        image,
        command: ["sh", "-c", read("export-pod"), "storage-lab", text, action, EXPORT_MOUNT, `${address}:${path}`],
        // Also of an image that would run as another user.
        securityContext: { runAsUser: runAsUser ?? 0 },
        terminationMessagePolicy: "FallbackToLogsOnError",
        volumeMounts: [{ name: "export", mountPath: EXPORT_MOUNT }],
      },
    ],
    volumes: [
      {
        name: "export",
        ...(claimName === undefined ? { nfs: { server: address, path } } : { persistentVolumeClaim: { claimName } }),
      },
    ],
  };
}

/** The path of what lies in an export, as its clients mount it. */
export function pathBelow(exportPath: string, name: string): string {
  return exportPath === "/" ? `/${name}` : `${exportPath}/${name}`;
}
