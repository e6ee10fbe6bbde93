import { refusal } from '../../lambda/contract/rules.ts';
import type { CheckedConfig } from './config.ts';

/** Source: AWS CloudFormation API Reference, CreateStack, StackName. */
const MAX_STACK_NAME = 128;

/** Names of the stacks of a configuration. */
interface StackNames {
  /** Exporter and history in one, or the history's alone. */
  readonly first: string;
  /** The exporter of a target. */
  readonly ofTarget: (account: string, region: string) => string;
  /** The StackSet of an organization. */
  readonly ofStackSet: string;
}

/**
 * Name of the StackSet that the stack of a hub makes. It is unique in the Region of the organization's management account,
 * where StackSets of delegated administrators are made, too.
 * Source: AWS CloudFormation API Reference, CreateStackSet, StackSetName and CallAs.
 */
export function stackSetNameOf(stackName: string): string {
  return `${stackName}-Exporters`;
}

/** Names of the stacks, with the prefix that the configuration gives them. */
function stackNames({ stackPrefix = '', history }: Pick<CheckedConfig, 'stackPrefix' | 'history'>): StackNames {
  const first = `${stackPrefix}${history ? 'IotJobsHistory' : 'IotJobsExporter'}`;
  return {
    first,
    ofStackSet: stackSetNameOf(first),
    ofTarget: (account, region) => `${stackPrefix}IotJobsExporter-${account}-${region}`,
  };
}

/** Says so where a stack's name is longer than CloudFormation takes. */
export function stackNameMistakes(config: CheckedConfig): string[] {
  const { stackPrefix, targets = [], organization } = config;
  if (stackPrefix === undefined) return [];
  const { first, ofTarget, ofStackSet } = stackNames(config);
  const names = [
    first,
    ...(organization ? [ofStackSet] : []),
    ...targets.flatMap(({ account, regions }) => regions.map((region) => ofTarget(account, region))),
  ];
  const longest = names.reduce((long, name) => (name.length > long.length ? name : long));
  if (longest.length <= MAX_STACK_NAME) return [];
  const most = stackPrefix.length - (longest.length - MAX_STACK_NAME);
  const why = `so that the longest name of a stack, ${longest.slice(stackPrefix.length)} after it, has ${MAX_STACK_NAME}`;
  return [refusal(`stackPrefix must have ${most} characters at most, ${why}`, stackPrefix)];
}
