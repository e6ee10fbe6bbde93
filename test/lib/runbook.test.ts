import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as hubErrors from '../../hub/errors.ts';
import * as errors from '../../lambda/errors.ts';
import { DEFAULT_ALARMS, HEALTH_ALARMS } from '../../lib/config/index.ts';
import { LOG_QUERIES, LONG_RUN_LOG_QUERIES } from '../../lib/exporter/log-queries.ts';
import { alarmsOf, sectionOf } from '../support/alarms-of.ts';
import { headingsOf } from '../support/runbook.ts';
import { synth } from './synth.ts';

const RUNBOOK = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
const template = synth();
const { metric: alarms } = alarmsOf(template);

describe('the runbook', () => {
  it('has a heading for every alarm and for every error, and no other', () => {
    const names = Object.entries({ ...errors, ...hubErrors }).flatMap(([name, made]) =>
      made.prototype instanceof errors.ExporterError ? [name] : [],
    );
    expect([...headingsOf(RUNBOOK)].sort()).toEqual(
      [
        'count',
        'failing',
        'function-failing',
        'rollout-failing',
        'rollout-stalled',
        ...HEALTH_ALARMS,
        ...DEFAULT_ALARMS,
        ...names,
        'UnexpectedError',
      ].sort(),
    );
  });

  it('has the saved queries to paste', () => {
    for (const lines of Object.values({ ...LOG_QUERIES, ...LONG_RUN_LOG_QUERIES })) {
      expect(RUNBOOK).toContain(lines.join('\n| '));
    }
    template.resourceCountIs('AWS::Logs::QueryDefinition', 3);
    const long = synth({ exports: [{ name: 'all', schedule: 'rate(1 day)', maxRunMinutes: 60 }] });
    long.resourceCountIs('AWS::Logs::QueryDefinition', 4);
  });

  it('tries notifications with an alarm that CloudWatch sets back: one that neither keeps its state nor is composite', () => {
    const [, tried] = /ends_with\(AlarmDescription, '#([\w-]+)'\)/.exec(RUNBOOK) ?? [];
    const [alarm] = [...alarms.values()].filter((found) => sectionOf(found) === tried);
    expect(alarm).toMatchObject({ TreatMissingData: 'notBreaching', AlarmActions: [expect.anything()] });
  });

  it('receives dead letters with their message attributes, in which EventBridge Scheduler says why', () => {
    for (const [command] of RUNBOOK.matchAll(/aws sqs receive-message.*/g)) {
      expect(command).toContain('--message-attribute-names All');
    }
  });
});
