import { Template } from 'aws-cdk-lib/assertions';
import { THING_STATUSES } from '../../lambda/contract/details.ts';
import type { ExportConfig, ExporterConfig } from '../../lib/config/index.ts';
import { ALARMS_ON_CUSTOM_METRICS, UsageError } from '../../lib/config/index.ts';
import { MAX_WIDGETS } from '../../lib/exporter/exporter-dashboard.ts';
import { DEFAULT_CONFIG, newStack, propertiesOf, synth } from './synth.ts';

const HOURLY = 'cron(0 * * * ? *)';
const exportsOf = (count: number, more: Partial<ExportConfig> = {}): ExportConfig[] =>
  Array.from({ length: count }, (_, index) => ({ name: `export-${index}`, schedule: HOURLY, ...more }));
const quiet = (exports: ExportConfig[]): ExporterConfig => ({
  exports,
  callsPerSecond: 0.1,
  disabledAlarms: [...ALARMS_ON_CUSTOM_METRICS],
});

/** The body of the dashboard as CloudWatch gets it, with a name in the place of each reference. */
function bodyOf(template: Template): { widgets: { type: string; properties: Record<string, unknown> }[] } {
  const [dashboard] = propertiesOf<{ DashboardBody: { 'Fn::Join': [string, unknown[]] } }>(
    template,
    'AWS::CloudWatch::Dashboard',
  );
  const [, parts] = dashboard?.DashboardBody['Fn::Join'] ?? ['', []];
  return JSON.parse(
    parts.map((part) => (typeof part === 'string' ? part : Object.values(part as object).join())).join(''),
  );
}

test('dashboard: false makes none', () => {
  const stack = newStack({ ...DEFAULT_CONFIG, dashboard: false });
  expect(stack.exporter.monitoring.dashboard).toBeUndefined();
  Template.fromStack(stack).resourceCountIs('AWS::CloudWatch::Dashboard', 0);
  synth().resourceCountIs('AWS::CloudWatch::Dashboard', 1);
});

test('it shows the state of every alarm that there is', () => {
  const stack = newStack();
  const template = Template.fromStack(stack);
  const made = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap((type) =>
    Object.keys(template.findResources(type)),
  );
  const states = bodyOf(template).widgets.filter(({ type }) => type === 'alarm');
  const shown = states.flatMap(({ properties }) => properties.alarms as string[]).map((arn) => arn.replace(',Arn', ''));
  expect([...shown].sort()).toEqual([...made].sort());
});

test('it shows how many events wait in the dead-letter queue', () => {
  expect(JSON.stringify(bodyOf(synth()))).toContain('"AWS/SQS","ApproximateNumberOfMessagesVisible"');
});

test('it shows the numbers of changes where they are metrics', () => {
  const widgets = (metrics: object) =>
    bodyOf(synth({ exports: [{ name: 'all', schedule: HOURLY, metrics }] })).widgets.filter((widget) =>
      JSON.stringify(widget).includes('JobChanges'),
    );
  expect(widgets({})).toEqual([]);
  const [graph, ...others] = widgets({ changes: true });
  expect(others).toEqual([]);
  expect(graph?.properties.metrics).toEqual(
    ['APPEARED', 'MOVED', 'VANISHED'].map((change) => [
      ...['IotJobsExporter', 'JobChanges', 'Change', change, 'Export', 'all'],
      { label: change, period: 3600, stat: 'Maximum' },
    ]),
  );
});

test('it shows rollouts where jobs are described, and things where those in progress are', () => {
  const titles = (more: Partial<ExportConfig>) =>
    bodyOf(synth({ exports: exportsOf(1, more) })).widgets.flatMap((widget) =>
      /ThingsInStatus|WorstFailedPercent|StalledRollouts|DetailsLeftOut/.test(JSON.stringify(widget))
        ? [widget.properties.title]
        : [],
    );
  const ofRollouts = [
    'Rollouts: worst percentage failed',
    'Rollouts stalled',
    'Details left out, calls of DescribeJob',
  ];
  expect(titles({})).toEqual([]);
  expect(titles({ details: true })).toEqual(['Things of jobs in progress by status', ...ofRollouts]);
  expect(titles({ details: { statuses: ['SCHEDULED'] } })).toEqual(ofRollouts);
  const [things] = bodyOf(synth({ exports: exportsOf(1, { details: true }) })).widgets.filter((widget) =>
    JSON.stringify(widget).includes('ThingsInStatus'),
  );
  expect(things?.properties.metrics).toEqual(
    THING_STATUSES.map((thingStatus) => [
      ...['IotJobsExporter', 'ThingsInStatus', 'Export', 'export-0', 'ThingStatus', thingStatus],
      { label: thingStatus, period: 3600, stat: 'Maximum' },
    ]),
  );
});

test('exports that do not fit onto it are refused with the mend, and no sooner', () => {
  // 82 exports of 6 widgets, the function's and the queue's 3, and one of the alarms' states.
  expect(bodyOf(synth(quiet(exportsOf(82)))).widgets).toHaveLength(496);
  expect(() => newStack(quiet(exportsOf(83)))).toThrow(UsageError);
  expect(() => newStack(quiet(exportsOf(83)))).toThrow(
    `The dashboard of IotJobsExporter/Exporter/Monitoring must have ${MAX_WIDGETS} widgets at most, which is ` +
      "CloudWatch's limit; got 502. An export takes 6, or with thing groups 5 and one for each status, one more " +
      'with metrics.changes, and four more with details: list several thing groups in one export, leave out their counts ' +
      'by metrics.perThingGroup: false, or do without the dashboard by dashboard: false',
  );
});

test('what is counted are the widgets that are built: those of counts that are left out, or of no dashboard, are not', () => {
  const byGroup = quiet(exportsOf(50, { thingGroups: ['eu'] }));
  expect(() => newStack(byGroup)).toThrow('got 504.');
  expect(() => newStack({ ...byGroup, dashboard: false })).not.toThrow();
  const without = quiet(exportsOf(50, { thingGroups: ['eu'], metrics: { perThingGroup: false } }));
  expect(bodyOf(synth(without)).widgets).toHaveLength(254);
});
