import {
  claimPathsError,
  pathOf,
  pathPatternError,
  pathPatternsOverlap,
} from "../../../components/storage/path-pattern";

describe("pathPattern", () => {
  const ns = "${.PVC.namespace}";
  const name = "${.PVC.name}";

  test.each([`${ns}/${name}`, `${ns}.${name}`, `${ns}_${name}`, `class/${ns}/team-\${.PVC.labels.team}/${name}`])(
    "%s is safe",
    (pattern) => expect(pathPatternError(pattern)).toBeUndefined(),
  );

  test.each([
    [`/${ns}/${name}`, 'begins with "/"'],
    [`../${ns}/${name}`, "leads elsewhere"],
    [`${ns}/./${name}`, "leads elsewhere"],
    [`${ns}//${name}`, "empty part"],
    [`${ns}/${name}/`, "empty part"],
    ["", "must have ${.PVC.namespace} once"],
    [name, "must have ${.PVC.namespace} once"],
    [ns, "must have ${.PVC.name} once"],
    [`${ns}-${name}`, "part namespace and name"],
    [`${ns}${name}`, "part namespace and name"],
    [`${ns}/${name}/\${.PVC.annotations.path}`, "uses an annotation"],
    [`${ns}/\${.PVC.labels.team}/${name}`, "a label may be missing"],
    [`${ns}/${name}-\${.PVC.labels.team}`, "a label may be missing"],
    [`${ns}/${name}-\${.PVC.uid}`, "comes out empty"],
    [`${ns}/${name}/\${PVC.name}`, "a placeholder that is none"],
  ])("%s is refused", (pattern, words) => expect(pathPatternError(pattern)).toContain(words));
});

describe("two patterns", () => {
  const [ns, name, label] = ["${.PVC.namespace}", "${.PVC.name}", "${.PVC.labels.team}"];

  test.each([
    [`${ns}/${name}`, `${ns}/${name}`],
    [`${ns}_${name}`, `${name}_${ns}`],
    [`team-${label}/${ns}/${name}`, "team-${.PVC.labels.group}/${.PVC.namespace}/${.PVC.name}"],
    [`${ns}/${name}`, `${ns}/${name}/data`],
  ])("%s and %s overlap", (one, other) => {
    expect(pathPatternsOverlap(one, other)).toBe(true);
    expect(pathPatternsOverlap(other, one)).toBe(true);
  });

  test.each([
    [`${ns}/${name}`, `${ns}_${name}`],
    [`${ns}_${name}`, `kept_${ns}_${name}`],
    [`a/${ns}/${name}`, `b/${ns}/${name}`],
    [`${ns}/${name}`, `${ns}/${name}-data`],
  ])("%s and %s do not", (one, other) => {
    expect(pathPatternsOverlap(one, other)).toBe(false);
    expect(pathPatternsOverlap(other, one)).toBe(false);
  });
});

describe("pathPattern over claims", () => {
  const claim = (namespace: string, name: string, labels?: Record<string, string>) => ({ namespace, name, labels });

  test("is filled in as the provisioner does; what is missing comes out empty", () => {
    const pattern = "${.PVC.namespace}/team-${.PVC.labels.team}/${.PVC.name}";
    expect(pathOf(pattern, claim("shiqi", "a", { team: "red" }))).toBe("shiqi/team-red/a");
    expect(pathOf(pattern, claim("shiqi", "a"))).toBe("shiqi/team-/a");
    expect(pathOf("${.PVC.labels.team}${.PVC.annotations.path}${.PVC.uid}", claim("shiqi", "a"))).toBe("");
  });

  test("directories of their own are good", () => {
    const claims = [claim("a", "x"), claim("b", "x"), claim("a", "y")];
    expect(claimPathsError("${.PVC.namespace}/${.PVC.name}", claims, ["shiqi-redis"])).toBeUndefined();
  });

  test.each<[string, ReturnType<typeof claim>[], string]>([
    [
      "../${.PVC.name}",
      [claim("a", "x")],
      '"../${.PVC.name}" gives claim a/x the directory ../x, which leads out of the export',
    ],
    [
      "${.PVC.namespace}/../../${.PVC.name}",
      [claim("a", "x")],
      "the directory a/../../x, which leads out of the export",
    ],
    ["${.PVC.labels.team}", [claim("a", "x")], 'an empty path (""), and so no directory of its own'],
    ["${.PVC.namespace}/..", [claim("a", "x")], 'an empty path ("a/.."), and so no directory of its own'],
    [
      "${.PVC.name}",
      [claim("a", "x"), claim("b", "x")],
      "gives claim b/x the directory x, which claim a/x has: deleting one would delete the other's data",
    ],
    [
      "${.PVC.labels.path}",
      [claim("a", "x", { path: "d/e" }), claim("a", "y", { path: "d" })],
      "gives claim a/y the directory d, and claim a/x has d/e: one lies in the other",
    ],
    ["${.PVC.name}", [claim("a", "shiqi-redis")], "the directory shiqi-redis, which a static volume has"],
  ])("%s is refused with the path it would have made", (pattern, claims, words) => {
    expect(claimPathsError(pattern, claims, ["shiqi-redis"])).toContain(words);
  });
});
