import {
  DEFAULT_EXPORT_OPTIONS,
  exportEntryError,
  exportOptionsError,
  exportOptionsWarning,
  isWritable,
  mergedOptions,
  squashedOwner,
} from "../../../components/nfs/export-options";

const UUID = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";

test.each([
  DEFAULT_EXPORT_OPTIONS,
  "ro,insecure,async,all_squash,anonuid=1000,anongid=0,no_wdelay,nohide,crossmnt,subtree_check,no_acl,insecure_locks",
  "rw,fsid=0",
  "rw,fsid=root",
  `rw,fsid=${UUID}`,
  "rw,sec=krb5p:krb5i:krb5:sys:none",
  "sync,sec=krb5,rw,sec=sys,ro,all_squash",
  "rw,mp,security_label,nordirplus,pnfs,no_auth_nlm,xprtsec=tls:mtls",
  "rw,mountpoint=/srv,refer=/srv/nfs@192.168.110.9+nas2,reexport=auto-fsidnum",
  "rw,anonuid=4294967294,anongid=-2",
  "ro,ro",
])("good: %s", (options) => {
  expect(exportOptionsError(options)).toBeUndefined();
  expect(exportOptionsError(options.split(","))).toBeUndefined();
});

test.each([
  ["rw,snyc", '"snyc" is no option of exports(5) (did you mean sync?)'],
  ["rw,anon_uid=5", '"anon_uid=5" is no option of exports(5) (did you mean anonuid=?)'],
  ["rw=1", '"rw=1" takes no value'],
  ["rw,anonuid", '"anonuid" needs a value, such as anonuid=1000'],
  ["rw,anonuid=redis", "is not the number of a user or group"],
  ["rw,anongid=4294967295", "is not the number of a user or group"],
  ["rw,anongid=010", "is not the number of a user or group"],
  ["rw,fsid=top", 'is neither a number nor "root" nor a UUID'],
  ["rw,fsid=4294967296", 'is neither a number nor "root" nor a UUID'],
  ["rw,sec=krb5:kbr5i", 'has "kbr5i" in it (did you mean krb5i?)'],
  ["rw,mountpoint=srv", "is not an absolute path"],
  ["rw,refer=nas2", "is not a place such as"],
  ["rw,reexport=yes", 'has "yes" in it'],
  ["rw,ro", '"rw" and "ro" contradict each other'],
  ["root_squash,no_root_squash", "contradict each other"],
  ["anonuid=1,anonuid=2", '"anonuid=1" and "anonuid=2" contradict each other'],
  ["auth_nlm,insecure_locks", '"auth_nlm" and "insecure_locks" contradict each other'],
  ["sec=sys,ro,sync,sec=krb5,rw,async", '"sync" and "async" contradict each other'],
  ["fsid=0,sec=sys,ro,sec=krb5,rw,fsid=1", '"fsid=0" and "fsid=1" contradict each other'],
  ["sec=krb5,rw,ro,sec=sys,ro", '"rw" and "ro" contradict each other'],
  ["rw, sync", "without blanks"],
  ["", "are not options of exports(5)"],
])("refused: %s", (options, words) => expect(exportOptionsError(options)).toContain(words));

test.each([
  ["rw,sync,no_subtree_check", "", "rw,sync,no_subtree_check"],
  ["rw,sync,no_subtree_check", "ro", "sync,no_subtree_check,ro"],
  ["rw,sync,root_squash", "insecure,async,no_root_squash", "rw,insecure,async,no_root_squash"],
  ["rw,all_squash,anonuid=1,anongid=1", ["no_all_squash", "anonuid=5"], "rw,anongid=1,no_all_squash,anonuid=5"],
  ["rw,auth_nlm,mp", "insecure_locks,mountpoint=/srv", "rw,insecure_locks,mountpoint=/srv"],
  ["rw,sec=sys", "sec=krb5p", "rw,sec=krb5p"],
  // What follows a single "sec=" is everybody's.
  ["sec=sys,rw,sync", "ro", "sec=sys,sync,ro"],
  ["sync,sec=krb5,rw,sec=sys,ro", "ro", "sync,ro,sec=krb5,sec=sys"],
  ["sync,sec=krb5,rw,sec=sys,ro", "sec=sys", "sync,sec=sys"],
  ["rw,sec=sys", "sec=krb5,rw,sec=sys,ro", "rw,sec=krb5,rw,sec=sys,ro"],
])("%s with %s is %s", (options, changes, merged) => expect(mergedOptions(options, changes)).toBe(merged));

test.each([
  ["rw,all_squash,anonuid=1000,anongid=1001", "1000:1001"],
  ["rw,anonuid=1000", "1000:65534"],
  ["rw,anongid=-2", "65534:4294967294"],
  ["rw,all_squash", undefined],
  ["rw,no_root_squash,anonuid=1000", undefined],
])("%s: what clients' root writes is owned by %s", (options, owner) => expect(squashedOwner(options)).toBe(owner));

test.each([
  ["rw,sync", true],
  ["ro", false],
  ["sync", false],
])("%s: written %s", (options, writable) => expect(isWritable(options)).toBe(writable));

test("async and Kerberos are warned of, whoever has them", () => {
  expect(exportOptionsWarning([DEFAULT_EXPORT_OPTIONS, "rw,sec=sys,insecure,no_root_squash"])).toBeUndefined();
  expect(exportOptionsWarning(["rw,sync", "rw,async"])).toMatch(/^async answers a client before .* may be damaged/);
  expect(exportOptionsWarning(["rw,async", "rw,sec=sys:krb5i"])).toMatch(/^async .*\. sec=sys:krb5i needs Kerberos/);
});

test("no entry is longer than what the server reads", () => {
  expect(exportEntryError("192.168.110.0/24", DEFAULT_EXPORT_OPTIONS)).toBeUndefined();
  expect(exportEntryError("@nodes", `rw,refer=/${"a".repeat(500)}@nas`)).toContain("reads 511 at most");
});
