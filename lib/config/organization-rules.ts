import { refusal } from '../../lambda/contract/rules.ts';
import { partsOfArn } from './arns.ts';
import type { CheckedConfig } from './config.ts';
import { emailMistakes, emailMistakesOfMany } from './email-rules.ts';
import type { Hub } from './hub-config.ts';
import { optionsOfOrganization, ownOptionsOf } from './organization.ts';
import { partitionOf } from './regions.ts';
import { mistakesOfExports, nameMistakes } from './rules.ts';
import { partsOf } from './targets.ts';
import { topicArnMistake } from './topics.ts';

/** Mistakes of an organization that show only when several keys are looked at together. */
export function organizationMistakes(config: CheckedConfig): string[] {
  const { organization, history } = config;
  if (!organization || !history) return [];
  return [
    ...(history.organizationId
      ? []
      : [
          'history.organizationId must be there with organization, whose accounts nobody knows beforehand: ' +
            'aws organizations describe-organization says it',
        ]),
    ...ownMistakes(config),
  ];
}

/**
 * Mistakes of its exporters, whose options are its own and the configuration's. What is wrong with the configuration's as
 * well is reported once, of `exports`.
 */
function ownMistakes(config: CheckedConfig): string[] {
  const { organization, retiredExports } = config;
  if (!organization) return [];
  const own = ownOptionsOf(organization);
  const path = 'organization.exports';
  const known = new Set(own.exports ? [] : mistakesOfExports(partsOf(config).ofExporter, path));
  return [
    ...(own.exports ? nameMistakes({ exports: own.exports, retiredExports }, path) : []),
    ...mistakesOfExports(optionsOfOrganization(config, organization), path).filter((mistake) => !known.has(mistake)),
    ...emailMistakesOfMany(own, 'organization.'),
  ];
}

/** Mistakes of the hub's own topic, which stands where the hub's alarms are. */
export function hubTopicMistakes(hub: Hub): string[] {
  const { alarmTopicArn, region } = hub;
  const twice = emailMistakes(hub).map((mistake) => `history.${mistake}`);
  if (alarmTopicArn === undefined || topicArnMistake(alarmTopicArn)) return twice;
  const { partition, region: own } = partsOfArn(alarmTopicArn);
  const hasPattern = /[{}]/.test(alarmTopicArn);
  if (!hasPattern && own === region && partition === (partitionOf(region) ?? partition)) return twice;
  const mend = `must be a topic in ${region}, where the hub's alarms are, without {region} and {account}`;
  return [...twice, refusal(`history.alarmTopicArn ${mend}`, alarmTopicArn)];
}
