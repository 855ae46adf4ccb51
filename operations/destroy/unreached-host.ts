import { explainSudo } from "../../components/nfs/as-root";
import { endpointOf, explainConnection, leftOnHost, type Endpoint } from "../../components/nfs/connection-errors";
import { Failure } from "../../exercises/runner/failure";
import { plain, type Deployment } from "../pulumi/deployment";
import { ChangeFailure } from "../pulumi/pulumi";

/**
 * What to say of a destroy that could not undo what was made on a host because it was not reached: why, and the way on where
 * that host is gone for good. Any other error as it is. `pulumi destroy` runs no program, and so none of the hooks that say
 * this of a `pulumi up`.
 *
 * @param state The stack's state from before.
 */
export function explainUnreached(error: unknown, stack: string, state: Deployment | undefined): unknown {
  if (!(error instanceof ChangeFailure)) return error;
  const unreached = error.failed.flatMap(({ urn, words }) => {
    const command = state?.resources?.find((each) => each.urn === urn && each.type === "command:remote:Command");
    if (command === undefined) return [];
    const endpoint = endpointOf(plain(command.inputs?.connection) as Endpoint);
    const reason = explainConnection(words, endpoint, stack);
    // A host that sudo refuses is there.
    const isGone = explainSudo(words, endpoint.user, stack) === undefined;
    return reason === undefined ? [] : [{ urn, host: endpoint.host, reason, isGone }];
  });
  if (unreached.length === 0) return error;
  return new Failure(
    [error.message, ...unreached.map(({ reason }) => reason)].join("\n"),
    [
      error.remedy,
      ...unreached
        .filter(({ isGone }) => isGone)
        .flatMap(({ urn, host }) => [
          `If ${host} is gone for good, run this, and then the same command again: pulumi state delete '${urn}' -s ${stack}`,
          leftOnHost(host),
        ]),
    ].join("\n"),
  );
}
