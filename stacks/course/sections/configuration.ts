import * as k8s from "@pulumi/kubernetes";
import { ConfiguredPod } from "../workloads/configured-pod";
import type { Section } from "../section";

/** Secrets and a ConfigMap, and a pod that gets them in every way there is. What is in them is made up and guards nothing. */
export const configuration: Section = {
  make({ config, names: { configuration: names }, namespace, provider, toolsImage }) {
    const secret = (name: string, stringData: Record<string, string>) =>
      new k8s.core.v1.Secret(name, { metadata: { name, namespace }, stringData }, { provider }).metadata.name;
    const user = secret(names.userSecret, { "username.txt": "admin" });
    const password = secret(names.passwordSecret, { "password.txt": "1f2d1e2e67df" });
    const mysecret = secret(names.envSecret, { user: "admin", pass: "1f2d1e2e67df" });
    const configMap = new k8s.core.v1.ConfigMap(
      names.configMap,
      {
        metadata: { name: names.configMap, namespace },
        data: { "app.properties": "colour=blue\ngreeting=hello\n" },
      },
      { provider },
    );
    const pod = new ConfiguredPod(
      names.pod,
      {
        podName: names.pod,
        namespace,
        labels: { app: names.pod, lesson: "configuration" },
        image: toolsImage,
        readyWithin: config.readyWithin,
        projected: { secretNames: [user, password], configMapNames: [configMap.metadata.name] },
        secret: {
          name: mysecret,
          mountPath: "/etc/mysecret",
          env: { MY_SECRET_USER: "user", MY_SECRET_PASS: "pass" },
        },
      },
      { provider },
    );
    return { pod: pod.podName };
  },
};
