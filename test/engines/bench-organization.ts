import { readQueries, readViews } from '../../sql/catalog.ts';
import { ACCOUNT, type LocalAws, REGION, startLocalAws } from './local-aws/local-aws.ts';
import { type ReadOnlyS3, startReadOnlyS3 } from './local-aws/read-only-s3.ts';
import { accountIds, type Organization, putOrganizationHistory } from './organization-history.ts';

const DAY_MS = 86_400_000;
const YEARS_DAYS = 730;
/** Days with objects: the queried day, the one before it, and the days up to today. */
const DAYS = 5;
const ACCOUNTS = 200;
const TABLES = ['jobs', 'changes', 'job_details', 'snapshots'];
/** Views that look at yesterday and today by themselves. */
const OF_NOW = /^(?:latest|stuck)_/;
/** Saved queries that are run daily. */
const DAILY = [
  'changes-by-status',
  'changes-yesterday',
  'counts-by-snapshot',
  'jobs-now',
  'rollouts-now',
  'stuck-jobs',
];

/**
 * Measures each view over an organization: 200 accounts, three Regions and three exports, a day of two years. Before each
 * runs the same query for one account: the difference is what an organization costs.
 *
 * @param names of views and saved queries; none: all
 */
export async function benchOrganization(names: readonly string[]): Promise<void> {
  const organization = {
    accountIds: accountIds(ACCOUNTS),
    regions: ['eu-west-1', 'us-east-1', 'us-west-2'],
    exportNames: ['all', 'daily', 'fleets'],
  };
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const s3 = await startReadOnlyS3();
  const from = today - (DAYS - 1) * DAY_MS;
  const objects = await putOrganizationHistory({ ...organization, from, days: DAYS, snapshotsPerDay: 1, put: s3.put });
  const aws = await startLocalAws(s3.endpoint);
  try {
    deploy(aws, organization, dayOf(today - YEARS_DAYS * DAY_MS));
    const day = dayOf(today - 2 * DAY_MS);
    console.log(`${objects} objects; the day asked for: ${day}\n`);
    console.log('| | accounts | rows | listings | objects | planning, s | seconds |\n|---|--:|--:|--:|--:|--:|--:|');
    const [first] = organization.accountIds;
    // A Trino that has just started takes three times as long for its first query.
    await aws.sql(`SELECT count(*), max(job_arn) FROM complete_jobs WHERE dt = '${day}'`);
    // What reporting reads is one object, and has no days.
    const isSelected = ({ name }: { name: string }) =>
      name !== 'reporting' && (names.length === 0 || names.includes(name));
    for (const { name, columns } of readViews().filter(isSelected)) {
      // Of all columns, or Trino leaves out what a count does not need.
      const selected = ['count(*)', ...columns.map((column) => `max(${column.name})`)].join(', ');
      const when = OF_NOW.test(name) ? 'true' : `dt = '${day}'`;
      const sql = `SELECT ${selected} FROM ${name} WHERE ${when}`;
      await measure(aws, s3, name, 1, `${sql} AND account_id = '${first}'`);
      await measure(aws, s3, name, ACCOUNTS, sql);
    }
    for (const { name, sql } of readQueries().filter(isSelected)) {
      if (DAILY.includes(name)) await measure(aws, s3, name, ACCOUNTS, sql);
    }
  } finally {
    await aws.stop();
    await s3.stop();
  }
}

/** The hub's tables, with the organization's values as the hub's function would put them. */
function deploy(
  aws: LocalAws,
  { accountIds: accounts, regions, exportNames }: Organization,
  historyStart: string,
): void {
  const account = aws.account();
  account.cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`);
  const exports = exportNames.map((name) => ({ name, schedule: 'cron(0 0 1 1 ? *)' }));
  account.deploy({ exports, historyStart, disabledAlarms: ['no-snapshot'] });
  for (const name of TABLES) {
    const { Table } = account.aws('glue', 'get-table', '--database-name', 'iot_jobs', '--name', name);
    const { Name, PartitionKeys, StorageDescriptor, TableType, Parameters } = Table;
    const values = {
      'projection.account_id.values': accounts.join(','),
      'projection.region.values': regions.join(','),
    };
    const input = { Name, PartitionKeys, StorageDescriptor, TableType, Parameters: { ...Parameters, ...values } };
    account.aws('glue', 'update-table', '--database-name', 'iot_jobs', '--table-input', JSON.stringify(input));
  }
}

async function measure(aws: LocalAws, s3: ReadOnlyS3, name: string, accounts: number, sql: string): Promise<void> {
  s3.takeCounts();
  const { rows, stats } = await aws.sql(sql);
  const { lists, gets } = s3.takeCounts();
  const count = sql.startsWith('SELECT count(*)') ? rows[0]?.[0] : rows.length;
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  const times = [seconds(stats.planningTimeMillis), seconds(stats.elapsedTimeMillis)];
  console.log(`| ${[name, accounts, count, lists, gets, ...times].join(' | ')} |`);
}

function dayOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}
