import { DESCRIBE_JOB_QUOTA_PER_SECOND } from '../../lambda/contract/details.ts';
import { MAX_EVENT_BYTES } from '../../lambda/contract/event.ts';
import { LIST_JOBS_QUOTA_PER_SECOND } from '../../lambda/contract/jobs.ts';
import { refusal } from '../../lambda/contract/rules.ts';
import { DEFAULT_RUN_MINUTES, MOST_RUN_MINUTES, mayOutlast, runMinutes } from '../../lambda/contract/run-time.ts';
import { runTogether } from '../../schedule/together.ts';
import { alarmMistakes } from './alarm-rules.ts';
import type { CheckedExporterOptions, ExportConfig, HistoryOptions } from './config.ts';
import { detailsMistakes } from './details-rules.ts';
import { exportEvent, listingCount, scopeCount } from './export-event.ts';
import { metricsMistakes } from './metrics-rules.ts';
import { inSeconds, MIN_PERIOD_SECONDS, periodSeconds, secondsOfRun } from './run-seconds.ts';

/** A scheduled time for measuring the event: all have the same length. */
const EXAMPLE_SCHEDULED_TIME = '2026-11-23T18:00:00Z';

/** Finds mistakes that involve several keys. */
export function mistakesBetweenKeys(options: CheckedExporterOptions & HistoryOptions): string[] {
  return [...nameMistakes(options), ...mistakesOfExports(options, 'exports')];
}

/** Finds mistakes that involve several keys of an exporter or of one of its exports. */
export function mistakesOfExports(options: CheckedExporterOptions, path: string): string[] {
  const { exports, callsPerSecond, describeCallsPerSecond } = options;
  const perExport = exports.flatMap((config, index) => [
    ...eventMistakes(config, `${path}[${index}]`),
    ...timeZoneMistakes(config, `${path}[${index}]`),
    ...durationMistakes(config, `${path}[${index}]`, callsPerSecond),
    ...overlapMistakes(config, `${path}[${index}]`),
    ...detailsMistakes(config, `${path}[${index}]`, describeCallsPerSecond),
    ...alarmMistakes(config, `${path}[${index}]`),
  ]);
  return [
    ...perExport,
    ...concurrencyMistakes(options, path.replace(/exports$/, '')),
    ...metricsMistakes(options, path),
  ];
}

/** Step Functions invokes the function before the first invocation has returned: with 1, every long run would be throttled. */
function concurrencyMistakes({ exports, reservedConcurrency }: CheckedExporterOptions, path: string): string[] {
  if (reservedConcurrency !== 1 || !exports.some(mayOutlast)) return [];
  const requirement = `must be 2 at least where an export has maxRunMinutes above ${DEFAULT_RUN_MINUTES}`;
  const reason = 'the invocation that hands a run on still runs when the next one begins';
  return [refusal(`${path}reservedConcurrency ${requirement}: ${reason}`, reservedConcurrency)];
}

/** Warns of exports that run at the same time and together exceed the default quota of ListJobs. */
export function quotaWarning({ exports, callsPerSecond }: CheckedExporterOptions): string | undefined {
  return overQuota(exports, {
    ...{ call: 'ListJobs', key: 'callsPerSecond' },
    ...{ quota: LIST_JOBS_QUOTA_PER_SECOND, perExport: callsPerSecond },
  });
}

/** {@link quotaWarning} for calls of DescribeJob, which have a quota of their own. */
export function describeQuotaWarning({ exports, describeCallsPerSecond }: CheckedExporterOptions): string | undefined {
  const describing = exports.filter(({ details }) => details !== undefined);
  return overQuota(describing, {
    ...{ call: 'DescribeJob', key: 'describeCallsPerSecond' },
    ...{ quota: DESCRIBE_JOB_QUOTA_PER_SECOND, perExport: describeCallsPerSecond },
  });
}

interface Calls {
  readonly call: string;
  /** Key of the configuration with the calls per second of an export. */
  readonly key: string;
  readonly quota: number;
  readonly perExport: number;
}

function overQuota(exports: readonly ExportConfig[], { call, key, quota, perExport }: Calls): string | undefined {
  if (exports.length * perExport <= quota) return undefined;
  const together = runTogether(exports);
  const sum = Number((together.length * perExport).toFixed(2));
  if (sum <= quota) return undefined;
  const names = together.length > 10 ? `${together.slice(0, 10).join(', ')}, …` : together.join(', ');
  return (
    `Exports that can run together (${together.length}: ${names}) make up to ${sum} calls of ${call} per second, ` +
    `at ${perExport} each; an account has ${quota} in a Region unless AWS raised its quota. ` +
    'Move their schedules apart (a rate can meet anything, a cron says its minute, and an export with maxRunMinutes can ' +
    `run for so long), or lower ${key}.`
  );
}

/** The name of an export must be unique in its exporter, and not be a retired one. */
export function nameMistakes(
  { exports, retiredExports = [] }: Pick<CheckedExporterOptions & HistoryOptions, 'exports' | 'retiredExports'>,
  path = 'exports',
): string[] {
  const names = exports.map(({ name }) => name);
  const duplicates = names.flatMap((name, index) => {
    const first = names.indexOf(name);
    return first === index
      ? []
      : [refusal(`${path}[${index}].name must not be that of ${path}[${first}]: give it a name of its own`, name)];
  });
  const retired = retiredExports.flatMap((name, index) =>
    names.includes(name)
      ? [refusal(`retiredExports[${index}] must not be the name of an export: remove it from one of the two`, name)]
      : [],
  );
  return [...duplicates, ...retired];
}

function eventMistakes(config: ExportConfig, path: string): string[] {
  const bytes = Buffer.byteLength(JSON.stringify(exportEvent(config, EXAMPLE_SCHEDULED_TIME)));
  if (bytes <= MAX_EVENT_BYTES) return [];
  return [
    `${path} must fit into the schedule's input of ${MAX_EVENT_BYTES} bytes (256 kB); ` +
      `got ${bytes} with ${scopeCount(config)} thing groups: share them among several exports`,
  ];
}

function timeZoneMistakes({ schedule, timeZone }: ExportConfig, path: string): string[] {
  if (timeZone === undefined || !schedule.startsWith('rate(')) return [];
  return [refusal(`${path}.timeZone must be left out with a rate, which no clock governs`, timeZone)];
}

function durationMistakes(config: ExportConfig, path: string, callsPerSecond: number): string[] {
  if (!(callsPerSecond > 0)) return [];
  const minSeconds = (scopeCount(config) * listingCount(config)) / callsPerSecond;
  const figures =
    `${scopeCount(config)} scopes x ${listingCount(config)} listings at ${callsPerSecond} calls/s ` +
    `take ${inSeconds(minSeconds)} at least`;
  const { ofRun, forCalls } = secondsOfRun(config);
  if (minSeconds > forCalls) {
    const raiseMinutes =
      runMinutes(config) < MOST_RUN_MINUTES ? `raise maxRunMinutes (${MOST_RUN_MINUTES} at most), ` : '';
    return [
      `${path} must be listed within ${forCalls} of the ${ofRun} s of a run, but ${figures}: ` +
        `${raiseMinutes}share its thing groups among several exports, or raise callsPerSecond`,
    ];
  }
  const period = minSeconds > MIN_PERIOD_SECONDS ? periodSeconds(config) : Number.POSITIVE_INFINITY;
  if (period >= minSeconds) return [];
  return [
    refusal(
      `${path}.schedule must leave a run the time that it takes: ${figures}, and the shortest time between two runs ` +
        `is ${inSeconds(period)}: run it less often, list fewer thing groups or statuses, or raise callsPerSecond`,
      config.schedule,
    ),
  ];
}

/**
 * Runs that may last for hours must not overlap: both would list, and each could become the other's predecessor. Runs of
 * up to 15 minutes are not checked, since they seldom take that long.
 */
function overlapMistakes(config: ExportConfig, path: string): string[] {
  const minutes = runMinutes(config);
  // More than the maximum is reported by the rule of the key itself.
  if (!mayOutlast(config) || minutes > MOST_RUN_MINUTES) return [];
  const period = periodSeconds(config) / 60;
  if (period >= minutes) return [];
  const requirement =
    period > DEFAULT_RUN_MINUTES ? `lower it to ${period}, or run the export less often` : 'run the export less often';
  return [
    refusal(
      `${path}.maxRunMinutes must be no more than the shortest time between two runs of its schedule, ${period} minutes, ` +
        `changes of the clock included: ${requirement}`,
      minutes,
    ),
  ];
}
