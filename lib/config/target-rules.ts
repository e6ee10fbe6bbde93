import { MAX_PARAMETER_BYTES } from '../../lambda/contract/projection.ts';
import { refusal } from '../../lambda/contract/rules.ts';
import type { CheckedConfig } from './config.ts';
import { emailMistakesOfMany } from './email-rules.ts';
import { hubTopicMistakes, organizationMistakes } from './organization-rules.ts';
import { keyRegionMistakes, partitionMistakes } from './place-rules.ts';
import { mistakesOfExports, nameMistakes } from './rules.ts';
import {
  MAX_ACCOUNTS_WITHOUT_ORGANIZATION,
  ownTargetOptions,
  queriedNames,
  splitOptions,
  targetOptions,
} from './targets.ts';
import { topicMistakes } from './topic-rules.ts';

/** Finds mistakes of a configuration with `history`, `targets` or `organization`. */
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
    ...repeatedPlaces(config),
    ...mistakesOfOwnOptions(config),
    ...organizationMistakes(config),
    ...emailMistakesOfMany(config, ''),
    ...hubTopicMistakes(history),
    ...accountsMistakes(config),
    ...enumMistakes(config),
    ...(targets ?? []).flatMap(({ regions }, index) => partitionMistakes(history, regions, `targets[${index}].`)),
    ...partitionMistakes(history, organization?.regions ?? [], 'organization.'),
    ...keyRegionMistakes(history, config.retiredKeys),
    ...topicMistakes(config),
  ];
}

/** An account and Region can be named only once, among the targets and retired targets. */
function repeatedPlaces({ targets = [], history }: CheckedConfig): string[] {
  const placesSeen = new Map<string, string>();
  const lists = { targets, 'history.retiredTargets': history?.retiredTargets ?? [] };
  return Object.entries(lists).flatMap(([list, items]) =>
    items.flatMap(({ account, regions }, index) =>
      // A Region that one target names twice is reported by the rule of its list.
      [...new Set(regions)].flatMap((region) => {
        const place = `${account} ${region}`;
        const first = placesSeen.get(place);
        if (!first) placesSeen.set(place, `${list}[${index}]`);
        return first
          ? [refusal(`${list}[${index}] must not repeat ${first}: remove it from one of the two`, place)]
          : [];
      }),
    ),
  );
}

/**
 * Mistakes of each target's exporters, whose options are its own and the configuration's. Mistakes that are in the
 * configuration's options as well are reported once, for `exports`.
 */
function mistakesOfOwnOptions(config: CheckedConfig): string[] {
  const common = splitOptions(config).exporterOptions;
  const { retiredExports } = config;
  return (config.targets ?? []).flatMap((target, index) => {
    const own = ownTargetOptions(target);
    if (Object.keys(own).length === 0) return [];
    const path = `targets[${index}].exports`;
    const mistakes = mistakesOfExports(targetOptions(config, target), path);
    const reported = new Set(own.exports ? [] : mistakesOfExports(common, path));
    return [
      ...(own.exports ? nameMistakes({ exports: own.exports, retiredExports }, path) : []),
      ...mistakes.filter((mistake) => !reported.has(mistake)),
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
  const { accountIds, exportNames } = queriedNames(config);
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
