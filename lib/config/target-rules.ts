import { MAX_PARAMETER_BYTES } from '../../lambda/contract/projection.ts';
import { refusal } from '../../lambda/contract/rules.ts';
import type { CheckedConfig } from './config.ts';
import { emailMistakesOfMany } from './email-rules.ts';
import { hubTopicMistakes, organizationMistakes } from './organization-rules.ts';
import { keyPlaceMistakes, regionPlaceMistakes } from './place-rules.ts';
import { mistakesOfExports, nameMistakes } from './rules.ts';
import { MAX_ACCOUNTS_WITHOUT_ORGANIZATION, optionsOf, ownOptions, partsOf, seenBy } from './targets.ts';
import { topicMistakes } from './topic-rules.ts';

/** Mistakes of a configuration for many accounts and Regions, named one by one or by their organization. */
export function mistakesOfTargets(config: CheckedConfig): string[] {
  const { history, targets, organization } = config;
  if (!history && !targets && !organization) return [];
  if (!history) {
    const key = targets ? 'targets' : 'organization';
    return [`history must be there with ${key}: name the account and the Region of their history`];
  }
  if (!targets && !organization) {
    return [
      'targets or organization must be there with history: name an account and a Region to export at least, or ' +
        'organizational units',
    ];
  }
  return [
    ...twice(config),
    ...mistakesOfOwnOptions(config),
    ...organizationMistakes(config),
    ...emailMistakesOfMany(config, ''),
    ...hubTopicMistakes(history),
    ...accountsMistakes(config),
    ...enumMistakes(config),
    ...(targets ?? []).flatMap(({ regions }, index) => regionPlaceMistakes(history, regions, `targets[${index}].`)),
    ...regionPlaceMistakes(history, organization?.regions ?? [], 'organization.'),
    ...keyPlaceMistakes(history, config.retiredKeys),
    ...topicMistakes(config),
  ];
}

/** Two stacks in one place would fight over it; a place that is retired and is not would be said twice. */
function twice({ targets = [], history }: CheckedConfig): string[] {
  const seen = new Map<string, string>();
  const lists = { targets, 'history.retiredTargets': history?.retiredTargets ?? [] };
  return Object.entries(lists).flatMap(([list, items]) =>
    items.flatMap(({ account, regions }, index) =>
      // Twice in one list is the list's own mistake.
      [...new Set(regions)].flatMap((region) => {
        const place = `${account} ${region}`;
        const first = seen.get(place);
        if (!first) seen.set(place, `${list}[${index}]`);
        return first
          ? [refusal(`${list}[${index}] must not repeat ${first}: remove it from one of the two`, place)]
          : [];
      }),
    ),
  );
}

/**
 * Mistakes of each target's exporters, whose options are its own and the configuration's. What is wrong without the
 * target's own options, too, is reported once, of `exports`.
 */
function mistakesOfOwnOptions(config: CheckedConfig): string[] {
  const common = partsOf(config).ofExporter;
  const { retiredExports } = config;
  return (config.targets ?? []).flatMap((target, index) => {
    const own = ownOptions(target);
    if (Object.keys(own).length === 0) return [];
    const path = `targets[${index}].exports`;
    const found = mistakesOfExports(optionsOf(config, target), path);
    const known = new Set(own.exports ? [] : mistakesOfExports(common, path));
    return [
      ...(own.exports ? nameMistakes({ exports: own.exports, retiredExports }, path) : []),
      ...found.filter((mistake) => !known.has(mistake)),
      ...emailMistakesOfMany(own, `targets[${index}].`),
    ];
  });
}

function accountsMistakes({ targets = [], history }: CheckedConfig): string[] {
  const count = new Set(targets.map(({ account }) => account)).size;
  if (history?.organizationId || count <= MAX_ACCOUNTS_WITHOUT_ORGANIZATION) return [];
  return [
    `history.organizationId must be there with more than ${MAX_ACCOUNTS_WITHOUT_ORGANIZATION} accounts, which the ` +
      `bucket's policy has no room to name; got ${count} accounts`,
  ];
}

function enumMistakes(config: CheckedConfig): string[] {
  const { accountIds, exportNames } = seenBy(config);
  const lists = {
    'targets, with history.retiredTargets,': accountIds,
    'exports, with those of targets, organization and retiredExports,': [...exportNames, ...config.retiredExports],
  };
  return Object.entries(lists).flatMap(([keys, values]) => {
    const bytes = Buffer.byteLength(values.join(','));
    if (bytes <= MAX_PARAMETER_BYTES) return [];
    return [
      `${keys} must fit into a parameter of a Glue table, ${MAX_PARAMETER_BYTES} bytes; got ${bytes}: name fewer`,
    ];
  });
}
