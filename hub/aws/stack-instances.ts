import {
  CloudFormationClient,
  type CloudFormationClientConfig,
  ListStackInstancesCommand,
  type StackInstanceSummary,
} from '@aws-sdk/client-cloudformation';
import { abortable } from '../../lambda/aws/abortable.ts';
import type { StackInstance, StackInstances } from '../ports.ts';
import { clientOptions } from './client-options.ts';
import { serviceError } from './service-error.ts';

/** Source: AWS CloudFormation API Reference, ListStackInstances, MaxResults: 1 to 100. */
const MAX_RESULTS = 100;

/** Lists the stack instances of a StackSet in the function's account and Region. */
export function stackInstances(config: CloudFormationClientConfig = {}): StackInstances {
  const client = new CloudFormationClient({ ...clientOptions(), ...config });
  return {
    async list({ stackSetName, callAs }, signal) {
      const call = {
        service: 'AWS CloudFormation',
        action: 'cloudformation:ListStackInstances',
        on: `StackSet ${stackSetName}`,
        absent:
          callAs === 'SELF'
            ? 'deploy the stack of the history again; where its account is a delegated administrator, set callAs to DELEGATED_ADMIN'
            : 'deploy the stack of the history again; where its account is the management account, set callAs to SELF',
      };
      const instances: StackInstance[] = [];
      let token: string | undefined;
      do {
        const command = new ListStackInstancesCommand({
          StackSetName: stackSetName,
          CallAs: callAs,
          MaxResults: MAX_RESULTS,
          NextToken: token,
        });
        try {
          const { Summaries = [], NextToken } = await abortable(client.send(command, { abortSignal: signal }), signal);
          instances.push(...Summaries.flatMap(instanceOf));
          token = NextToken;
        } catch (error) {
          signal.throwIfAborted();
          throw serviceError(error, call);
        }
      } while (token !== undefined);
      return instances;
    },
  };
}

/** The stack instance in a list; an empty list without account or Region, which are optional in the API. */
function instanceOf(summary: StackInstanceSummary): StackInstance[] {
  const { Account: account, Region: region, Status: status, StatusReason: reason, StackInstanceStatus } = summary;
  if (account === undefined || region === undefined) return [];
  const detailedStatus = StackInstanceStatus?.DetailedStatus;
  return [
    {
      account,
      region,
      ...(status && { status }),
      ...(detailedStatus && { detailedStatus }),
      ...(reason && { reason }),
    },
  ];
}
