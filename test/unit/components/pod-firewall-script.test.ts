import { spawnSync } from "node:child_process";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { firewallProof } from "../../../components/index";
import type { ShellValue } from "../../../components/nfs/shell-quote";
import { FakeHost } from "./fake-host";

const CHAIN = "storage-lab-0123456789ab";
const OTHER = "storage-lab-ffffffffffff";

/** A node whose iptables keep "CHAIN RULE" in a file for each program, as iptables-restore --noflush changes them. */
function node(kube = "iptables-legacy"): FakeHost {
  const host = new FakeHost();
  for (const family of ["iptables", "ip6tables"]) {
    for (const suffix of ["", "-nft", "-legacy"]) {
      const rules = `$ROOT/${family}${suffix}.rules`;
      host.write(`${family}${suffix}.rules`, "");
      host.fake(
        family + suffix,
        `[[ $* != *"-S FORWARD" ]] || echo "-P FORWARD ACCEPT"
        chain=\${@: -1}
        [[ $chain == FORWARD ]] || { grep -q "^N $chain\\$" "${rules}" || exit 1; echo "-N $chain"; }
        awk -v chain="$chain" '$1 == chain { sub(/^[^ ]+ /, ""); print "-A " chain " " $0 }' "${rules}"`,
      );
      host.fake(
        `${family}${suffix}-restore`,
        `while read -r what chain rest; do
          case $what in
            :*) sed -i "/^\${what#:} /d" "${rules}"; grep -q "^N \${what#:}\\$" "${rules}" || echo "N \${what#:}" >>"${rules}" ;;
            -A) case $rest in "-d "*:*) rest=\${rest/ -j/\\/128 -j} ;; "-d "*) rest=\${rest/ -j/\\/32 -j} ;; esac; echo "$chain $rest" >>"${rules}" ;;
            -I) { echo "$chain \${rest#1 }"; cat "${rules}"; } >"${rules}.new"; mv "${rules}.new" "${rules}" ;;
            -D) sed -i "0,/^$chain $rest\\$/{/^$chain $rest\\$/d}" "${rules}" ;;
            -F) sed -i "/^$chain /d" "${rules}" ;;
            -X) sed -i "/^N $chain\\$/d" "${rules}" ;;
          esac
        done`,
      );
      host.fake(`${family}${suffix}-save`, family + suffix === kube ? "echo ':KUBE-FORWARD - [0:0]'" : ":");
    }
  }
  host.fake("ip", 'echo "$3 via 192.168.110.1"');
  host.fake(
    "getent",
    'case $2 in nas) echo "192.168.110.168 STREAM nas" ;; gone) exit 2 ;; *) echo "$2 STREAM" ;; esac',
  );
  host.write("etc/systemd/system/other.service", "");
  host.write("var/lib/storage-lab/keep", "");
  return host;
}

const values = (change: Record<string, ShellValue> = {}) => ({
  OWNER: "storage-lab/class/node1",
  CHAIN,
  ADDRESSES: ["192.168.110.168"],
  GENERATION: 1,
  ...change,
});
const apply = (host: FakeHost, change = {}) => host.run("pod-firewall", "apply", values(change));
const check = (host: FakeHost, change = {}) => host.run("pod-firewall", "check", values(change));
const rules = (host: FakeHost, program = "iptables-legacy") => host.read(`${program}.rules`).trim().split("\n");
const IN_FORCE = [`FORWARD -j ${CHAIN}`, `N ${CHAIN}`, `${CHAIN} -d 192.168.110.168/32 -j DROP`];

test("drops what is forwarded to the server, now and after a reboot", () => {
  const host = node();
  const run = apply(host);
  expect(run).toMatchObject({ code: 0, stderr: "" });
  expect(run.stdout).toContain(`What pods send to 192.168.110.168 is dropped (iptables-legacy`);
  expect(rules(host)).toEqual(IN_FORCE);
  const unit = host.read(`etc/systemd/system/${CHAIN}.service`);
  expect(unit).toMatch(/^Before=.*containerd\.service.* kubelet\.service/m);
  const [, script = ""] = /^ExecStart=\/usr\/bin\/env bash (\S+)$/m.exec(unit) ?? [];
  expect(check(host)).toMatchObject({ code: 0, stderr: "" });

  host.write("iptables-legacy.rules", "FORWARD -j CNI\n");
  expect(check(host).stderr).toContain(`iptables-legacy has no chain ${CHAIN}`);
  const env = { PATH: `${host.root}/bin:${host.root}/tools`, ROOT: host.root };
  expect(spawnSync("bash", [script], { env, encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
  expect(rules(host)).toEqual([`FORWARD -j ${CHAIN}`, "FORWARD -j CNI", ...IN_FORCE.slice(1)]);
});

test("the variant of iptables is the one that the node's kubelet has, or the host's own", () => {
  const nft = node("iptables-nft");
  apply(nft);
  expect(rules(nft, "iptables-nft")).toEqual(IN_FORCE);
  expect(rules(nft, "iptables-legacy")).toEqual([""]);
  const none = node("");
  apply(none);
  expect(rules(none, "iptables")).toEqual(IN_FORCE);
});

test("names are resolved, and IPv6 has its own program", () => {
  const host = node();
  expect(apply(host, { ADDRESSES: ["nas", "fd00::10"] })).toMatchObject({ code: 0, stderr: "" });
  expect(rules(host)).toEqual(IN_FORCE);
  expect(rules(host, "ip6tables-legacy")).toContain(`${CHAIN} -d fd00::10/128 -j DROP`);
  expect(check(host, { ADDRESSES: ["nas", "fd00::10"] })).toMatchObject({ code: 0, stderr: "" });
  expect(apply(host).code).toBe(0);
  expect(rules(host, "ip6tables-legacy")).toEqual([""]);
  expect(apply(host, { ADDRESSES: ["gone"] }).stderr).toContain("This host cannot resolve the name gone.");
});

test("run again it changes nothing, and mends what others did", () => {
  const host = node();
  apply(host);
  expect(apply(host)).toMatchObject({ code: 0, stderr: "" });
  expect(rules(host)).toEqual(IN_FORCE);
  host.write("iptables-legacy.rules", `FORWARD -j ACCEPT\nFORWARD -j ${CHAIN}\n${IN_FORCE.slice(1).join("\n")}\n`);
  expect(check(host).stderr).toContain("another rule comes before the chain");
  expect(apply(host).code).toBe(0);
  expect(rules(host).slice(0, 2)).toEqual([`FORWARD -j ${CHAIN}`, "FORWARD -j ACCEPT"]);
  host.remove(`etc/systemd/system/${CHAIN}.service`);
  expect(check(host).stderr).toContain("the rules would not be there after a reboot");
  host.write("iptables-legacy.rules", host.read("iptables-legacy.rules").replace(".168/32", ".169/32"));
  expect(check(host).stderr).toContain("does not drop just what goes to 192.168.110.168");
});

test("another class's chain may come first, since it only drops", () => {
  const host = node();
  apply(host);
  expect(apply(host, { CHAIN: OTHER }).code).toBe(0);
  expect(rules(host).slice(0, 2)).toEqual([`FORWARD -j ${OTHER}`, `FORWARD -j ${CHAIN}`]);
  expect(check(host)).toMatchObject({ code: 0, stderr: "" });
  host.run("pod-firewall", "withdraw", values({ CHAIN: OTHER }));
  expect(rules(host)).toEqual(IN_FORCE);
});

test("takes all away again, also when it is half gone", () => {
  const host = node();
  apply(host);
  const withdraw = () => host.run("pod-firewall", "withdraw", values());
  expect(withdraw()).toMatchObject({ code: 0, stderr: "" });
  expect(rules(host)).toEqual([""]);
  expect(host.list("etc/systemd/system")).toEqual(["other.service"]);
  expect(host.list("var/lib/storage-lab/firewall")).toEqual([]);
  expect(withdraw()).toMatchObject({ code: 0, stderr: "" });
});

test("a server on the node itself is told", () => {
  const host = node();
  host.fake("ip", 'echo "local $3 dev lo"');
  expect(apply(host).stdout).toContain("WARNING: 192.168.110.168 is this node itself");
});

describe("the proof", () => {
  const proof = (text: string) => spawnSync("bash", ["-s"], { input: text, encoding: "utf8" });

  test("fails when a port answers, or refuses", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const { status, stdout } = proof(firewallProof(["127.0.0.1"]).replace("2049", String(port)));
    server.close();
    expect(status).toBe(1);
    expect(stdout).toContain(`port ${port} of 127.0.0.1 answers this pod`);
    expect(stdout).toContain("port 20048 of 127.0.0.1 refuses this pod");
  });

  test("is good when none answers", () => {
    const silent = firewallProof(["[fd00::10]"]).replaceAll("timeout 3 bash", "timeout 1 sleep");
    expect(silent).toContain("ADDRESSES=('fd00::10')");
    expect(proof(silent)).toMatchObject({ status: 0, stdout: "" });
  });
});
