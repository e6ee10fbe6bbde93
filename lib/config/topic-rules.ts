import { refusal } from '../../lambda/contract/rules.ts';
import { DEFAULT_ALARMS, type TopicArn } from './alarm-config.ts';
import { partsOfArn } from './arns.ts';
import type { CheckedConfig, CheckedExporterOptions } from './config.ts';
import { optionsOfOrganization, ownOrganizationOptions } from './organization.ts';
import { partitionOf } from './regions.ts';
import { ownTargetOptions, targetOptions } from './targets.ts';
import { topicArnMistake } from './topics.ts';

/** Exporters with the same options, in one Region or several. */
interface Exporters {
  /** Path of their own key in the configuration, such as `targets[0].`. */
  readonly path: string;
  readonly regions: readonly string[];
  /** The options in that key. */
  readonly own: Partial<CheckedExporterOptions>;
  /** All their options. */
  readonly options: CheckedExporterOptions;
}

/** Finds topics of a configuration with targets or an organization that are not in the Region of the alarms on them. */
export function topicMistakes(config: CheckedConfig): string[] {
  const used = new Map<string, { readonly topic: TopicArn; readonly regions: Set<string> }>();
  for (const exporters of exportersOf(config)) {
    for (const [path, topic] of topicsOf(exporters)) {
      const regions = used.get(path)?.regions ?? new Set();
      for (const region of exporters.regions) regions.add(region);
      used.set(path, { topic, regions });
    }
  }
  return [...used].flatMap(([path, { topic, regions }]) => placeMistakesOfTopic(topic, [...regions], path));
}

function exportersOf(config: CheckedConfig): Exporters[] {
  const { targets = [], organization } = config;
  const targetExporters = targets.map((target, index) => ({
    path: `targets[${index}].`,
    regions: target.regions,
    own: ownTargetOptions(target),
    options: targetOptions(config, target),
  }));
  if (!organization) return targetExporters;
  const organizationExporters = {
    path: 'organization.',
    regions: organization.regions,
    own: ownOrganizationOptions(organization),
    options: optionsOfOrganization(config, organization),
  };
  return [...targetExporters, organizationExporters];
}

/** Without an alarm the topic is not used. */
function hasAlarms({ disabledAlarms, exports }: CheckedExporterOptions): boolean {
  const ofExports = exports.some(({ alarms = [], rollouts }) => alarms.length > 0 || rollouts !== undefined);
  return ofExports || DEFAULT_ALARMS.some((name) => !disabledAlarms.includes(name));
}

/** The topics that the exporters' alarms notify, by their paths in the configuration. */
function topicsOf({ path, own, options }: Exporters): Map<string, TopicArn> {
  const { alarmTopicArn, exports } = options;
  const pathOf = (key: 'alarmTopicArn' | 'exports') => (own[key] === undefined ? key : `${path}${key}`);
  const topics = new Map<string, TopicArn>();
  if (alarmTopicArn !== undefined && hasAlarms(options)) topics.set(pathOf('alarmTopicArn'), alarmTopicArn);
  for (const [exportIndex, { alarms = [] }] of exports.entries()) {
    for (const [alarmIndex, { topicArn }] of alarms.entries()) {
      if (topicArn !== undefined)
        topics.set(`${pathOf('exports')}[${exportIndex}].alarms[${alarmIndex}].topicArn`, topicArn);
    }
  }
  return topics;
}

/**
 * Mistakes of a topic that alarms in these Regions notify: CloudWatch notifies topics in the alarm's Region only.
 * Source: Amazon CloudWatch User Guide, "Notifying users on alarm changes".
 *
 * @param path of the topic in the configuration
 */
function placeMistakesOfTopic(topic: TopicArn, regions: readonly string[], path: string): string[] {
  const ofRegion = new Map(typeof topic === 'string' ? [] : Object.entries(topic));
  const arnIn = (region: string) => (typeof topic === 'string' ? topic : ofRegion.get(region));
  const missing = regions.filter((region) => arnIn(region) === undefined);
  const wrongRegions = regions.filter((region) => {
    const arn = arnIn(region);
    return arn !== undefined && !isTopicIn(arn, region);
  });
  return [
    ...(missing.length > 0
      ? [
          refusal(
            `${path} must have a topic for each Region of its alarms, and has none for ${regionList(missing)}`,
            topic,
          ),
        ]
      : []),
    ...(wrongRegions.length > 0
      ? [
          refusal(
            `${path} must be a topic in the Region of its alarms, and there are some in ${regionList(wrongRegions)}: write ` +
              `{region} for the Region, or give an ARN for each, as { '${wrongRegions[0]}': 'arn:…' }`,
            topic,
          ),
        ]
      : []),
  ];
}

/** Whether a topic is in a Region. Also true for an invalid ARN, which the rule of the key reports. */
function isTopicIn(arn: string, region: string): boolean {
  if (topicArnMistake(arn)) return true;
  const { partition, region: own } = partsOfArn(arn);
  return partition === partitionOf(region) && (own === region || own === '{region}');
}

function regionList(regions: readonly string[]): string {
  return regions.length > 5 ? `${regions.slice(0, 5).join(', ')}, …` : regions.join(', ');
}
