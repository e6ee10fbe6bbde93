import { MAX_EVENT_BYTES } from '../../lambda/contract/event.ts';
import { LIST_JOBS_QUOTA_PER_SECOND } from '../../lambda/contract/jobs.ts';
import { refusal } from '../../lambda/contract/rules.ts';
import {
  DEFAULT_RUN_MINUTES,
  MAX_LISTING_MS,
  MAX_RUN_MS,
  MOST_RUN_MINUTES,
  mayOutlast,
  runMinutes,
} from '../../lambda/contract/run-time.ts';
import { shortestPeriodMs } from '../schedule/gaps.ts';
import { isTimeZone, parseSchedule, scheduleMistake } from '../schedule/schedule.ts';
import { runTogether } from '../schedule/together.ts';
import { alarmMistakes } from './alarm-rules.ts';
import type { CheckedExporterOptions, ExportConfig, HistoryOptions } from './config.ts';
import { exportEvent, listingCount, scopeCount } from './export-event.ts';

/** A function's life at most, in seconds. */
export const MAX_RUN_SECONDS = MAX_RUN_MS / 1000;
/** What of its time a run has not for its calls. */
const NOT_LISTING_SECONDS = (MAX_RUN_MS - MAX_LISTING_MS) / 1000;
/** The shortest period that EventBridge Scheduler has. Source: EventBridge Scheduler User Guide, Schedule types. */
const MIN_PERIOD_SECONDS = 60;
/** As long as every scheduled time, so that the event can be measured. */
const ANY_SCHEDULED_TIME = '2026-11-23T18:00:00Z';

/** Mistakes that show only when several keys are looked at together. */
export function mistakesBetweenKeys(options: CheckedExporterOptions & HistoryOptions): string[] {
  return [...nameMistakes(options), ...mistakesOfExports(options, 'exports')];
}

/** Mistakes that show only when several keys of an export are looked at together. */
export function mistakesOfExports(options: CheckedExporterOptions, path: string): string[] {
  const { exports, callsPerSecond } = options;
  const ofEach = exports.flatMap((config, index) => [
    ...eventMistakes(config, `${path}[${index}]`),
    ...timeZoneMistakes(config, `${path}[${index}]`),
    ...durationMistakes(config, `${path}[${index}]`, callsPerSecond),
    ...overlapMistakes(config, `${path}[${index}]`),
    ...alarmMistakes(config, `${path}[${index}]`),
  ]);
  return [...ofEach, ...concurrencyMistakes(options, path.replace(/exports$/, ''))];
}

/** Step Functions invokes the function while the first invocation still answers: with 1, each long run would be throttled. */
function concurrencyMistakes({ exports, reservedConcurrency }: CheckedExporterOptions, path: string): string[] {
  if (reservedConcurrency !== 1 || !exports.some(mayOutlast)) return [];
  const mend = `must be 2 at least where an export has maxRunMinutes above ${DEFAULT_RUN_MINUTES}`;
  const why = 'the invocation that hands a run on still runs when the next one begins';
  return [refusal(`${path}reservedConcurrency ${mend}: ${why}`, reservedConcurrency)];
}

/** Says so where exports that run together ask for more calls than the account has by default, or nothing. */
export function quotaWarning({ exports, callsPerSecond }: CheckedExporterOptions): string | undefined {
  if (exports.length * callsPerSecond <= LIST_JOBS_QUOTA_PER_SECOND) return undefined;
  const together = runTogether(exports);
  const sum = Number((together.length * callsPerSecond).toFixed(2));
  if (sum <= LIST_JOBS_QUOTA_PER_SECOND) return undefined;
  const names = together.length > 10 ? `${together.slice(0, 10).join(', ')}, …` : together.join(', ');
  return (
    `Exports that can run together (${together.length}: ${names}) make up to ${sum} calls of ListJobs per second, ` +
    `at ${callsPerSecond} each; an account has ${LIST_JOBS_QUOTA_PER_SECOND} in a Region unless AWS raised its quota. ` +
    'Move their schedules apart (a rate can meet anything, a cron says its minute, and an export with maxRunMinutes can ' +
    'run for so long), or lower callsPerSecond.'
  );
}

/** An export's name is unique in its exporter, and is not among the retired ones. */
export function nameMistakes(
  { exports, retiredExports = [] }: Pick<CheckedExporterOptions & HistoryOptions, 'exports' | 'retiredExports'>,
  path = 'exports',
): string[] {
  const names = exports.map(({ name }) => name);
  const twice = names.flatMap((name, index) => {
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
  return [...twice, ...retired];
}

function eventMistakes(config: ExportConfig, path: string): string[] {
  const bytes = Buffer.byteLength(JSON.stringify(exportEvent(config, ANY_SCHEDULED_TIME)));
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
  const least = (scopeCount(config) * listingCount(config)) / callsPerSecond;
  const figures =
    `${scopeCount(config)} scopes x ${listingCount(config)} listings at ${callsPerSecond} calls/s ` +
    `take ${seconds(least)} at least`;
  // Fewer are a mistake of the key itself, as more than the most are below.
  const runSeconds = Math.max(runMinutes(config), DEFAULT_RUN_MINUTES) * 60;
  if (least > runSeconds - NOT_LISTING_SECONDS) {
    const more = runMinutes(config) < MOST_RUN_MINUTES ? `raise maxRunMinutes (${MOST_RUN_MINUTES} at most), ` : '';
    return [
      `${path} must be listed within ${runSeconds - NOT_LISTING_SECONDS} of the ${runSeconds} s of a run, but ${figures}: ` +
        `${more}share its thing groups among several exports, or raise callsPerSecond`,
    ];
  }
  const period = least > MIN_PERIOD_SECONDS ? periodSeconds(config) : Number.POSITIVE_INFINITY;
  if (period >= least) return [];
  return [
    refusal(
      `${path}.schedule must leave a run the time that it takes: ${figures}, and the shortest time between two runs ` +
        `is ${seconds(period)}: run it less often, list fewer thing groups or statuses, or raise callsPerSecond`,
      config.schedule,
    ),
  ];
}

/**
 * A run that may last for hours would still run when the next one begins, again and again: both would list, and each would
 * call the other's snapshot its predecessor. Of one that has 15 minutes nothing is said, as ever: it seldom takes them.
 */
function overlapMistakes(config: ExportConfig, path: string): string[] {
  const minutes = runMinutes(config);
  if (!mayOutlast(config) || minutes > MOST_RUN_MINUTES) return [];
  const period = periodSeconds(config) / 60;
  if (period >= minutes) return [];
  const mend =
    period > DEFAULT_RUN_MINUTES ? `lower it to ${period}, or run the export less often` : 'run the export less often';
  return [
    refusal(
      `${path}.maxRunMinutes must be no more than the shortest time between two runs of its schedule, ${period} minutes, ` +
        `changes of the clock included: ${mend}`,
      minutes,
    ),
  ];
}

/** The shortest time between two runs; infinite where the schedule itself is a mistake, which another rule reports. */
function periodSeconds({ schedule, timeZone }: ExportConfig): number {
  const unknown = scheduleMistake(schedule) !== undefined || (timeZone !== undefined && !isTimeZone(timeZone));
  return unknown ? Number.POSITIVE_INFINITY : shortestPeriodMs(parseSchedule(schedule, timeZone)) / 1000;
}

function seconds(value: number): string {
  return `${Number(value.toFixed(1))} s`;
}
