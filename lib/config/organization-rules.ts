import { refusal } from '../../lambda/contract/rules.ts';
import { partsOfArn } from './arns.ts';
import type { CheckedConfig } from './config.ts';
import { emailMistakes, emailMistakesOfMany } from './email-rules.ts';
import type { Hub } from './hub-config.ts';
import { optionsOfOrganization, ownOrganizationOptions } from './organization.ts';
import { partitionOf } from './regions.ts';
import { mistakesOfExports, nameMistakes } from './rules.ts';
import { splitOptions } from './targets.ts';
import { topicArnMistake } from './topics.ts';

/** Finds mistakes of an organization that involve several keys. */
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
    ...exporterMistakes(config),
  ];
}

/**
 * Mistakes of the organization's exporters, whose options are its own and the configuration's. Mistakes that are in the
 * configuration's options as well are reported once, for `exports`.
 */
function exporterMistakes(config: CheckedConfig): string[] {
  const { organization, retiredExports } = config;
  if (!organization) return [];
  const own = ownOrganizationOptions(organization);
  const path = 'organization.exports';
  const reported = new Set(own.exports ? [] : mistakesOfExports(splitOptions(config).exporterOptions, path));
  return [
    ...(own.exports ? nameMistakes({ exports: own.exports, retiredExports }, path) : []),
    ...mistakesOfExports(optionsOfOrganization(config, organization), path).filter((mistake) => !reported.has(mistake)),
    ...emailMistakesOfMany(own, 'organization.'),
  ];
}

/** Mistakes of the topic that the hub's alarms notify, which must be in the hub's Region. */
export function hubTopicMistakes(hub: Hub): string[] {
  const { alarmTopicArn, region } = hub;
  const mistakesOfEmails = emailMistakes(hub).map((mistake) => `history.${mistake}`);
  if (alarmTopicArn === undefined || topicArnMistake(alarmTopicArn)) return mistakesOfEmails;
  const { partition, region: own } = partsOfArn(alarmTopicArn);
  const hasPattern = /[{}]/.test(alarmTopicArn);
  if (!hasPattern && own === region && partition === (partitionOf(region) ?? partition)) return mistakesOfEmails;
  const requirement = `must be a topic in ${region}, where the hub's alarms are, without {region} and {account}`;
  return [...mistakesOfEmails, refusal(`history.alarmTopicArn ${requirement}`, alarmTopicArn)];
}
