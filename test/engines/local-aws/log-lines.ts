import type { Account, Answer } from './account.ts';

/** Lines that have a text, of all logs of an account. */
export function logLines(account: Account, text: string): string[] {
  const { logGroups: groups } = account.aws('logs', 'describe-log-groups');
  return groups
    .map(({ logGroupName: name }: Answer) =>
      account.aws('logs', 'filter-log-events', '--log-group-name', name, '--filter-pattern', `"${text}"`),
    )
    .flatMap(({ events }: Answer) => events)
    .map(({ message }: Answer) => message);
}
