import { parseSchedule } from '../../schedule/schedule.ts';
import type { CheckedExporterOptions, ExportConfig } from '../config/config.ts';
import { detailsOf } from '../config/details.ts';
import { listingCount, scopeCount } from '../config/export-event.ts';
import { dollarsOf, type Monitored } from '../exporter/metrics-cost.ts';

/**
 * Dollars in us-east-1, November 2026.
 *
 * Sources: AWS Lambda pricing, Arm, the first tier, and requests; Amazon S3 pricing, S3 Standard, requests and storage, and
 * event notifications to EventBridge (Amazon EventBridge pricing, opt-in events of AWS services). EventBridge Scheduler has 14
 * million invocations a month free in each account (Amazon EventBridge pricing).
 */
const DOLLARS = {
  gigabyteSecond: 0.0000133334,
  invocation: 0.2 / 1e6,
  putOrList: 0.005 / 1000,
  get: 0.0004 / 1000,
  event: 1 / 1e6,
  storedGigabyte: 0.023,
} as const;

const MONTH_HOURS = 730;
const YEAR_DAYS = 366;
/** Start of the year in which runs of a cron are counted. It is fixed, so that the costs do not change with the day. */
const YEAR_START = Date.parse('2024-01-01T00:00:00Z');
const JOBS_PER_PAGE = 250;

/** Requests of a snapshot. Objects are rows, changes, record and intent; listings and reads are for existing objects. */
const REQUESTS_PER_SNAPSHOT = { objects: 4, listings: 6, reads: 2 } as const;
/** Bytes of the compressed rows of a job: 32 where ids are similar, up to 47 where they are UUIDs. */
const BYTES_PER_JOB = 40;

/** Seconds of the hub's function for each request, many of which are made at a time. */
const SECONDS_PER_REQUEST = 0.005;
const HUB_GIGABYTES = 0.5;

/** Figures of an organization that its costs depend on. */
export interface OrganizationFigures {
  /** Options of each exporter. */
  readonly options: CheckedExporterOptions;
  /** What CloudWatch charges for in each account and Region. */
  readonly exporterMonitoring: Monitored;
  /** What CloudWatch charges for in the hub. */
  readonly hubMonitoring: Monitored;
  /** Minutes between two looks of the hub's function. */
  readonly everyMinutes: number;
  /** Number of accounts, an assumption. */
  readonly accounts: number;
  /** Number of Regions of each account. */
  readonly regions: number;
  /** Number of jobs of each account and Region, an assumption. */
  readonly jobs: number;
}

/** Dollars a month, by what they are for. */
export interface OrganizationCost {
  /** Lambda, in each account and Region. */
  readonly lambdaOfEach: number;
  /** CloudWatch, in each account and Region. */
  readonly cloudWatchOfEach: number;
  /** Sum of all accounts. */
  readonly accounts: number;
  /** Requests of all exporters, which the owner of the bucket pays. */
  readonly requests: number;
  /** Events of the bucket, one for each object. */
  readonly events: number;
  /** Storage of one month's snapshots, to be paid in each later month. */
  readonly storage: number;
  /** Looks of the hub's function: listings, reads and Lambda. */
  readonly looks: number;
  /** Metrics and alarms of the hub. */
  readonly cloudWatchOfHub: number;
  /** Sum of the hub's account. */
  readonly hub: number;
}

/**
 * Cost of an organization in a month, without Athena and the free tiers of Lambda and S3. The owner of a bucket also pays for
 * the requests of other accounts. Source: Amazon S3 User Guide, "Using Requester Pays general purpose buckets for storage
 * transfers and usage".
 */
export function organizationCost(figures: OrganizationFigures): OrganizationCost {
  const { options, exporterMonitoring, hubMonitoring, accounts, regions, jobs } = figures;
  const { exports } = options;
  const places = accounts * regions;
  const sum = (of: (config: ExportConfig) => number) => exports.reduce((before, config) => before + of(config), 0);
  const snapshots = places * sum(runsPerMonth);
  const { objects, listings, reads } = REQUESTS_PER_SNAPSHOT;
  const lambdaOfEach = sum((config) => runsPerMonth(config) * dollarsPerRun(config, options, jobs));
  const cloudWatchOfEach = dollarsOf(exporterMonitoring);
  const requests = snapshots * ((objects + listings) * DOLLARS.putOrList + reads * DOLLARS.get);
  const events = snapshots * objects * DOLLARS.event;
  const storage = ((snapshots * jobs * BYTES_PER_JOB) / 1e9) * DOLLARS.storedGigabyte;
  const looks = dollarsOfLooks(figures, snapshots);
  const cloudWatchOfHub = dollarsOf(hubMonitoring);
  return {
    ...{ lambdaOfEach, cloudWatchOfEach, accounts: places * (lambdaOfEach + cloudWatchOfEach) },
    ...{ requests, events, storage, looks, cloudWatchOfHub },
    hub: requests + events + storage + looks + cloudWatchOfHub,
  };
}

/** Runs of a schedule in a month of 730 hours. */
function runsPerMonth({ schedule, timeZone }: ExportConfig): number {
  const parsed = parseSchedule(schedule, timeZone);
  if (parsed.kind === 'rate') return (MONTH_HOURS * 3_600_000) / parsed.periodMs;
  const until = YEAR_START + YEAR_DAYS * 86_400_000;
  let days = 0;
  let noon = parsed.noons.nextRun(new Date(YEAR_START));
  while (noon && noon.getTime() < until) {
    days += 1;
    noon = parsed.noons.nextRun(noon);
  }
  return (days * parsed.timesOfDayMs.length * MONTH_HOURS) / (YEAR_DAYS * 24);
}

/** Cost of a run, whose duration is that of its calls at their rate limit. Details are counted with `maxJobs`. */
function dollarsPerRun(config: ExportConfig, options: CheckedExporterOptions, jobs: number): number {
  const { callsPerSecond, describeCallsPerSecond, memorySize } = options;
  const calls = jobs / JOBS_PER_PAGE + scopeCount(config) * listingCount(config);
  const described = detailsOf(config)?.maxJobs ?? 0;
  const seconds = calls / callsPerSecond + described / describeCallsPerSecond;
  return seconds * (memorySize / 1024) * DOLLARS.gigabyteSecond + DOLLARS.invocation;
}

/** Cost of the looks. A look lists accounts, their Regions, exports, and new records of each; it reads each new record. */
function dollarsOfLooks(figures: OrganizationFigures, snapshots: number): number {
  const { accounts, regions, everyMinutes, options } = figures;
  const looks = (MONTH_HOURS * 60) / everyMinutes;
  const listings = looks * (1 + accounts + accounts * regions * (1 + options.exports.length));
  const seconds = (listings + snapshots) * SECONDS_PER_REQUEST;
  const lambda = seconds * HUB_GIGABYTES * DOLLARS.gigabyteSecond + looks * DOLLARS.invocation;
  return listings * DOLLARS.putOrList + snapshots * DOLLARS.get + lambda;
}

/** Accounts and jobs for the annotation at synthesis, where the actual numbers are not known. */
const EXAMPLE = { accounts: 100, jobs: 10_000 } as const;

/** Text of the annotation with the cost of an organization. */
export function organizationCostLine(figures: Omit<OrganizationFigures, 'accounts' | 'jobs'>): string {
  const cost = organizationCost({ ...figures, ...EXAMPLE });
  const { lambdaOfEach, cloudWatchOfEach, hub, accounts } = cost;
  const jobs = EXAMPLE.jobs.toLocaleString('en');
  return (
    `Each account and Region of the organization costs about ${dollars(cloudWatchOfEach)} of CloudWatch and ` +
    `${dollars(lambdaOfEach)} of Lambda a month with ${jobs} jobs. With ${EXAMPLE.accounts} accounts that is ` +
    `${dollars(accounts)}, and ${dollars(hub)} in the hub's account, at the prices of us-east-1 ` +
    '(docs/deploying.md has what for)'
  );
}

/** Formats an amount: `$1,234`, or `$0.04` below 10. */
export function dollars(amount: number): string {
  const digits = amount < 10 ? 2 : 0;
  return `$${amount.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}
