import { WrongUse } from "../../../exercises/runner/failure";
import { pulumiFailure } from "../../../operations/pulumi/pulumi-failure";

// The words of Pulumi 3.259.
test.each([
  ["no stack named 'course' found", "there is no stack course", "pulumi stack ls"],
  [
    "PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
    "Pulumi is not logged in",
    "pulumi login --local",
  ],
  [
    "passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
    "the secrets of the stack course cannot be read: its passphrase is missing or another one",
    "PULUMI_CONFIG_PASSPHRASE_FILE",
  ],
  ["incorrect passphrase", "the secrets of the stack course cannot be read", "PULUMI_CONFIG_PASSPHRASE"],
  [
    'unable to open state directory "file:///none": stat /none: no such file or directory',
    "the backend that Pulumi is logged in to is not there",
    "pulumi whoami -v",
  ],
])("%s", (says, message, remedy) => {
  const failure = pulumiFailure("course", `error: ${says}\n`);
  expect(failure).toBeInstanceOf(WrongUse);
  expect(failure?.message).toContain(message);
  expect(failure?.remedy).toContain(remedy);
});

test("a stack that is locked is no wrong use: the holder is named, and how its lock is removed", () => {
  const failure = pulumiFailure(
    "course",
    "error: the stack is currently locked by 1 lock(s). Either wait [...]\n  file:///s/a.json: created by root@x (pid 1) at 2026",
  );
  expect(failure).toMatchObject({
    exitCode: 1,
    message: "another Pulumi works on the stack course: its lock was created by root@x (pid 1) at 2026",
    remedy: "Wait until it is done. If it is gone and left its lock: pulumi cancel course",
  });
  expect(pulumiFailure("course", "error: [409] Conflict: Another update is currently in progress.")?.message).toBe(
    "another Pulumi works on the stack course",
  );
});

test("what is not known is quoted by who ran it", () => {
  expect(pulumiFailure("course", "error: update failed")).toBeUndefined();
});
