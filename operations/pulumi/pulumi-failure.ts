import { Failure, WrongUse } from "../../exercises/runner/failure";

/** What Pulumi says, and what that means to a user. */
const known: { says: RegExp; failure: (stack: string) => Failure }[] = [
  {
    says: /no stack named|stack ['"]?\S+ not found/i,
    failure: (stack) => new WrongUse(`there is no stack ${stack}`, "List them with: pulumi stack ls"),
  },
  {
    says: /passphrase must be set|incorrect passphrase/i,
    failure: (stack) =>
      new WrongUse(
        `the secrets of the stack ${stack} cannot be read: its passphrase is missing or another one`,
        "Set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE to the file that has it.",
      ),
  },
  {
    says: /PULUMI_ACCESS_TOKEN must be set|not logged in|invalid access token/i,
    failure: () =>
      new WrongUse(
        "Pulumi is not logged in",
        "pulumi login --local, or pulumi login with the backend that has the stacks",
      ),
  },
  {
    says: /currently locked by|another update is currently in progress/i,
    failure: (stack) =>
      new Failure(
        `another Pulumi works on the stack ${stack}`,
        `Wait until it is done. If it is gone and left its lock: pulumi cancel ${stack}`,
      ),
  },
  {
    says: /unable to open (state directory|bucket)/i,
    failure: () =>
      new WrongUse(
        "the backend that Pulumi is logged in to is not there",
        "pulumi whoami -v names it; log in to another one with pulumi login, or correct PULUMI_BACKEND_URL",
      ),
  },
];

/** What a user can do about it, where that is known of what Pulumi said about a stack; who holds a lock is quoted. */
export function pulumiFailure(stack: string, output: string): Failure | undefined {
  const failure = known.find(({ says }) => says.test(output))?.failure(stack);
  const holder = /created by .*/.exec(output)?.[0];
  if (!failure || !holder) return failure;
  return new Failure(`${failure.message}: its lock was ${holder}`, failure.remedy);
}
