import { labHome, stackNames } from "../../../../embedded/cli/lab-files";
import { hostNamed, sshCommand } from "../../../../embedded/cli/ssh-command";

describe("labHome", () => {
  test("is .lab in the clone, or what STORAGE_LAB_HOME says", () => {
    expect(labHome({})).toMatch(/\/\.lab$/);
    expect(labHome({ STORAGE_LAB_HOME: "/srv/lab" })).toBe("/srv/lab");
  });

  test("must be absolute, so that it means the same from every folder", () => {
    expect(() => labHome({ STORAGE_LAB_HOME: "lab" })).toThrow('STORAGE_LAB_HOME is "lab", not an absolute path.');
  });
});

test("two labs of one clone have different stacks", () => {
  expect(stackNames(labHome({}))).toEqual({ infrastructure: "infrastructure-sandbox", course: "course-sandbox" });
  expect(stackNames("/srv/lab").course).toMatch(/^course-sandbox-[0-9a-f]{8}$/);
});

describe("ssh", () => {
  const host = (name: string, address: string) => ({ name, address, port: 22, user: "root", hostKey: "" });
  const facts = {
    nas: host("nas-192.168.110.168", "192.168.110.168"),
    nodes: [host("node1", "192.168.110.11")],
    sshKey: "/k",
    knownHosts: "/known",
  };

  test("knows a host by its name, its address, and the NAS as nas", () => {
    expect(hostNamed(facts, "nas")).toBe(facts.nas);
    expect(hostNamed(facts, "192.168.110.11")).toBe(facts.nodes[0]);
  });

  test("names the hosts when there is none of that name", () => {
    expect(() => hostNamed(facts, "node9")).toThrow('There is no host "node9" in the lab.');
  });

  test("checks the host's key against the lab's own list alone", () => {
    const command = sshCommand(facts, facts.nas, ["uptime"]);
    expect(command).toEqual(expect.arrayContaining(["StrictHostKeyChecking=yes", "UserKnownHostsFile=/known"]));
    expect(command.slice(-2)).toEqual(["root@192.168.110.168", "uptime"]);
  });
});
