import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkConfig, type ExporterConfig } from '../../lib/config/index.ts';
import { optionsOfOrganization } from '../../lib/config/organization.ts';
import { dollarsOf } from '../../lib/exporter/metrics-cost.ts';
import type { IotJobsHistoryStack } from '../../lib/hub-stacks.ts';
import { dollars, organizationCost } from '../../lib/organization/organization-cost.ts';
import { placeStacks } from '../../lib/place-stacks.ts';
import { DEFAULT_CONFIG, dummyCode, newApp, newStack } from './synth.ts';

const ROOT = join(import.meta.dirname, '../..');
const docs = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const CONFIG: ExporterConfig = {
  ...DEFAULT_CONFIG,
  history: { account: '111111111111', region: 'us-east-1', organizationId: 'o-a1b2c3d4e5' },
  organization: { organizationalUnits: ['r-a1b2'], regions: ['us-east-1', 'eu-west-1', 'ap-south-1'] },
};
const NOTHING = { metrics: 0, alarms: 0, anomalyAlarms: 0, composites: 0, dashboards: 0 };
/** Seven metrics of the looks, an alarm on each of five findings, and those of health-failing. */
const HUB = { ...NOTHING, metrics: 7, alarms: 8, composites: 1 };

function costOf(config: ExporterConfig = CONFIG, accounts = 200, ofEach = NOTHING) {
  const checked = checkConfig(config);
  const { organization, history } = checked;
  if (!organization) throw new Error('There is no organization');
  return organizationCost({
    ...{
      options: optionsOfOrganization(checked, organization),
      exporterMonitoring: ofEach,
      hubMonitoring: HUB,
      accounts,
      jobs: 10_000,
    },
    ...{ regions: organization.regions.length, everyMinutes: history?.healthEveryMinutes ?? 60 },
  });
}

test('docs/costs.md has the costs of 200 accounts × 3 Regions', () => {
  const cost = costOf();
  const loud = dollarsOf(newStack().exporter.monitoring.monitored);
  const rows = [
    `| CloudWatch of the exporters | ${dollars(cost.cloudWatchOfEach)} | each account: no custom metric, alarm or dashboard. With all of an exporter's, \`metrics: true\` and \`disabledAlarms: []\`, ${dollars(loud)} in each account and Region, ${dollars(600 * loud)} in all |`,
    `| Lambda of the exporters | ${dollars(cost.accounts)} | each account: ${dollars(cost.lambdaOfEach)} in a Region, less within Lambda's free tier |`,
    `| S3 requests of the exporters | ${dollars(cost.requests)} | hub: the owner of a bucket pays for the requests of others, too |`,
    `| S3 storage | ${dollars(cost.storage)}, growing by as much each month | hub |`,
    `| events of the bucket | ${dollars(cost.events)} | hub: one for each object |`,
    `| looks of the hub's function, every hour | ${dollars(cost.looks)} | hub: listings of S3 above all; in proportion to \`healthEveryMinutes\` |`,
    `| metrics and alarms of the hub | ${dollars(cost.cloudWatchOfHub)} | hub |`,
    `| **all** | **${dollars(cost.accounts + cost.hub)}** | ${dollars(cost.accounts)} in the accounts, ${dollars(cost.hub)} in the hub |`,
  ];
  const lines = docs('docs/costs.md').split('\n');
  for (const row of rows) expect(lines).toContain(row);
});

test('costs go with accounts, Regions, exports, schedules and memory', () => {
  const usual = costOf();
  expect(costOf(CONFIG, 400).accounts).toBeCloseTo(2 * usual.accounts, 6);
  const daily = costOf({ ...CONFIG, exports: [{ name: 'daily', schedule: 'cron(0 3 * * ? *)' }] });
  expect(usual.requests / daily.requests).toBeCloseTo(24, 6);
  expect(costOf({ ...CONFIG, exports: [{ name: 'all', schedule: 'rate(1 hour)' }] }).requests).toBeCloseTo(
    usual.requests,
    6,
  );
  const weekdays = costOf({ ...CONFIG, exports: [{ name: 'all', schedule: 'cron(0 3 ? * MON-FRI *)' }] });
  expect(daily.requests / weekdays.requests).toBeCloseTo(7 / 5, 1);
  expect(costOf({ ...CONFIG, memorySize: 1024 }).lambdaOfEach / usual.lambdaOfEach).toBeCloseTo(2, 1);
  const detailed = costOf({ ...CONFIG, exports: [{ ...CONFIG.exports[0], details: true } as never] });
  expect(detailed.lambdaOfEach).toBeGreaterThan(5 * usual.lambdaOfEach);
  expect(costOf(CONFIG, 200, { ...NOTHING, metrics: 10 }).cloudWatchOfEach).toBeCloseTo(3, 6);
});

test('synthesis says what an organization costs for each and for a hundred accounts', () => {
  const app = newApp();
  placeStacks(app, checkConfig(CONFIG), { code: dummyCode, inlineCode: 'exports.handler = async () => {};' });
  expect((app.node.findChild('IotJobsHistory') as IotJobsHistoryStack).health.monitored).toEqual(HUB);
  const lines = app.node.findAll().flatMap(({ node }) => node.metadata.filter(({ type }) => type === 'aws:cdk:info'));
  expect(lines.map(({ data }) => data)).toEqual([
    expect.stringMatching(
      /^Each account and Region of the organization costs about \$0\.00 of CloudWatch and \$0\.04 of Lambda a month with 10,000 jobs\. With 100 accounts that is \$\d+, and \$\d+ in the hub's account, /,
    ),
  ]);
});
