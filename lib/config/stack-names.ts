import { refusal } from '../../lambda/contract/rules.ts';
import type { CheckedConfig } from './config.ts';

/** Source: AWS CloudFormation API Reference, CreateStack, StackName. */
const MAX_STACK_NAME = 128;

/** Names of the stacks of a configuration. */
interface StackNames {
  /** The stack with exporter and history, or the stack of the hub. */
  readonly main: string;
  /** The stack of a target. */
  readonly ofTarget: (account: string, region: string) => string;
  /** The StackSet of an organization. */
  readonly ofStackSet: string;
}

/**
 * Name of the StackSet of a hub's stack. It must be unique in the Region of the organization's management account, which
 * also owns the StackSets of delegated administrators.
 * Source: AWS CloudFormation API Reference, CreateStackSet, StackSetName and CallAs.
 */
export function stackSetNameOf(stackName: string): string {
  return `${stackName}-Exporters`;
}

/** Names of the stacks, with the prefix of the configuration. */
function stackNames({ stackPrefix = '', history }: Pick<CheckedConfig, 'stackPrefix' | 'history'>): StackNames {
  const main = `${stackPrefix}${history ? 'IotJobsHistory' : 'IotJobsExporter'}`;
  return {
    main,
    ofStackSet: stackSetNameOf(main),
    ofTarget: (account, region) => `${stackPrefix}IotJobsExporter-${account}-${region}`,
  };
}

/** Finds names of stacks that are longer than CloudFormation takes. */
export function stackNameMistakes(config: CheckedConfig): string[] {
  const { stackPrefix, targets = [], organization } = config;
  if (stackPrefix === undefined) return [];
  const { main, ofTarget, ofStackSet } = stackNames(config);
  const names = [
    main,
    ...(organization ? [ofStackSet] : []),
    ...targets.flatMap(({ account, regions }) => regions.map((region) => ofTarget(account, region))),
  ];
  const longest = names.reduce((one, other) => (other.length > one.length ? other : one));
  if (longest.length <= MAX_STACK_NAME) return [];
  const maxLength = stackPrefix.length - (longest.length - MAX_STACK_NAME);
  const reason = `so that the longest name of a stack, ${longest.slice(stackPrefix.length)} after it, has ${MAX_STACK_NAME}`;
  return [refusal(`stackPrefix must have ${maxLength} characters at most, ${reason}`, stackPrefix)];
}
