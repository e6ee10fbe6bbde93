import type { Rollouts } from '../../../local/report/model.ts';
import { aboutText } from '../../../local/report/page/head/about-text.ts';
import { nextSteps } from '../../../local/report/page/head/empty-text.ts';
import { findJobs } from '../../../local/report/page/head/job-search-text.ts';
import { COMMANDS, sectionWith, wellCombination } from '../../support/report-model.ts';

test('a job is found in all sections by a part of its id, whatever its case', () => {
  const ids = (...all: readonly string[]) => sectionWith(...all.map((job_id) => ({ job_id, jobs: all.length })));
  const combination = wellCombination({
    inProgress: sectionWith(
      { job_id: 'FW-1', state: 'OVERDUE', jobs: 4, continuous_jobs: 1 },
      { job_id: 'fw-2', state: 'IN_TIME', jobs: 4, continuous_jobs: 1 },
      { job_id: 'config', state: 'IN_TIME', jobs: 4, continuous_jobs: 1 },
      { job_id: 'fw-9', state: 'CONTINUOUS', jobs: 4, continuous_jobs: 1 },
    ),
    vanished: ids('fw-3', 'fw-3'),
    purgedSoon: ids('config'),
  });
  expect(findJobs(combination, ' fw-', COMMANDS)).toEqual({
    found: [
      { section: 'overdue', tables: ['overdue'], name: 'Overdue', jobs: 2 },
      { section: 'overdue', tables: ['overdue-continuous'], name: 'Overdue, continuous', jobs: 1 },
      { section: 'vanished', tables: ['vanished'], name: 'Vanished', jobs: 1 },
    ],
    message: '',
  });
  expect(findJobs(combination, 'nope', COMMANDS).message).toMatch(
    /^No job on this page has “nope” in its id: it has those that/,
  );
});

test('a rollout is found in its list, and in the table of the numbers where it is in that alone', () => {
  const rollouts = sectionWith(
    { job_id: 'fw-1', status: 'IN_PROGRESS', is_just_ended: false },
    { job_id: 'fw-2', status: 'COMPLETED', is_just_ended: true },
    { job_id: 'fw-3', status: 'SCHEDULED', is_just_ended: false },
  );
  const combination = wellCombination({ rollouts: { ...rollouts, described: 3 } as Rollouts });
  const tablesOf = (text: string) => findJobs(combination, text, COMMANDS).found[0]?.tables;
  expect(tablesOf('fw-1')).toEqual(['rollouts']);
  expect(tablesOf('fw-2')).toEqual(['rollouts']);
  expect(tablesOf('fw')).toEqual(['rollouts', 'rollouts-numbers']);
});

test('it says where the page has no more than some of the rows', () => {
  const combination = wellCombination({ inProgress: sectionWith({ job_id: 'a', jobs: 5432 }) });
  expect(findJobs(combination, 'a', COMMANDS).message).toBe(
    'The page has no more than 1 of 5,432 rows of Overdue; npm run query finds the others.',
  );
});

test('what to do next in a directory and in a bucket, as a shell takes it', () => {
  const commands = (place: string) => nextSteps(place, COMMANDS).map(({ command }) => command);
  expect(commands("./my fleet's history")).toEqual([
    "npm run export -- --out './my fleet'\\''s history'",
    "npm start -- --out './my fleet'\\''s history'",
    "npm run report -- './my fleet'\\''s history' --open",
  ]);
  expect(commands('s3://my-bucket/iot-jobs/')).toEqual([
    'aws s3 ls --recursive s3://my-bucket/iot-jobs/snapshots/',
    undefined,
    'npm run export -- --out s3://my-bucket/iot-jobs/',
    'npm run report -- s3://my-bucket/iot-jobs/ --open',
  ]);
});

test('days that are known in part, snapshots and groups are shown on the first screen', () => {
  const groups = sectionWith({ scope: 'a', missing: true }, { scope: 'b', missing: false });
  expect(aboutText(wellCombination({ groups, firstDayFrom: '14:00' }))).toBe(
    '2026-11-14 14:00 to 2026-11-23 18:00 · 216 snapshots · 1 group, 1 missing',
  );
});
