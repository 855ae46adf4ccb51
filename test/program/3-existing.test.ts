import { wentWell } from "../support/expectations";
import { courseSettings, infrastructureSettings, TestStack, type Settings } from "../support/test-stack";
import { TestLab } from "../support/test-lab";

// An export that somebody else has made, on a server that the program does not log in to. Its clients know it as "/", since
// the server calls it fsid=0.
const lab = new TestLab();
const infrastructure = new TestStack(lab, "infrastructure", "infrastructure-existing");
const course = new TestStack(lab, "course", "course-existing");
const folder = "/srv/existing/volume1/k8s";
let settings: Settings;

beforeAll(async () => {
  await lab.ssh(
    "nas",
    `mkdir -p ${folder}/shiqi-redis && echo precious >${folder}/shiqi-redis/data && ` +
      `exportfs -o rw,sync,no_root_squash,no_subtree_check,fsid=0 192.168.110.0/24:${folder}`,
  );
  const ofNas = { nas: undefined, export: undefined, csi: undefined };
  const existing = { server: "192.168.110.168", path: "/" };
  await infrastructure.init({ ...(await infrastructureSettings(lab)), ...ofNas, existing });
  const own = await courseSettings(lab, infrastructure.name);
  const sections = Object.fromEntries(SECTIONS.map((name) => [name, name === "staticPair"]));
  settings = { ...own, sections };
  await course.init(settings);
});
afterAll(async () => {
  await course.remove();
  await infrastructure.remove();
  await lab.ssh("nas", `exportfs -u 192.168.110.0/24:${folder}; rm -rf /srv/existing`);
});

const SECTIONS = [
  ...["staticPair", "redisExistingClaim", "redisTemplate", "dynamicExample", "redisHeadless", "redisShared"],
  ...["clusterIpService", "mysql", "wordpress", "nginx", "configuration", "nfsShare", "hostPath", "localVolume"],
  ...["fastSsd", "quota", "csi"],
];

test("the infrastructure is up, and its nodes have proven the export", async () => {
  wentWell(await infrastructure.up());
  expect(await infrastructure.outputs()).toMatchObject({ nfs: { server: "192.168.110.168", path: "/" } });
});

test("a directory that is there already is an error with the Job's words, and stays as it is", async () => {
  const { exitCode, output } = await course.up();
  expect(exitCode).not.toBe(0);
  expect(output).toContain("192.168.110.168:/shiqi-redis is there already and was not made by this program");
  expect(await lab.ssh("nas", `ls -A ${folder}`)).toBe(".storage-lab\nshiqi-redis\n");
});

test("adopted, it is the course's, with what is in it; a second run changes nothing", async () => {
  course.configure({ ...settings, adoptDirectories: ["shiqi-redis"] });
  wentWell(await course.up());
  await course.unchanged();
  expect(await lab.ssh("nas", `stat -c %a ${folder}/shiqi-redis; cat ${folder}/shiqi-redis/data`)).toBe(
    "777\nprecious\n",
  );
});

test("all of it goes again but the data", async () => {
  wentWell(await course.destroy());
  wentWell(await infrastructure.destroy());
  expect(await lab.object("namespace", "nfs-provisioner")).toBeUndefined();
  expect(await lab.ssh("nas", `cat ${folder}/shiqi-redis/data`)).toBe("precious\n");
});
