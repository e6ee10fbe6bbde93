import fc from 'fast-check';
import { jobIdentity } from '../../../lambda/contract/job-identity.ts';
import { NameColumn, RunLengthColumn, TimeColumn } from '../../../lambda/core/job-columns.ts';
import { type JobBefore, NOT_FOUND, ScopeJobs } from '../../../lambda/core/scope-jobs.ts';
import { SeenJobs } from '../../../lambda/core/seen-jobs.ts';
import { isKeptWhole, StringSet } from '../../../lambda/core/string-set.ts';
import { UuidSet } from '../../../lambda/core/uuid-set.ts';
import { serializedCopy } from '../../support/serialized-copy.ts';

const NOW = Date.parse('2026-11-23T18:00:00Z');
const uuidOf = (i: number) => `${i.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
const LONG = 'x'.repeat(5000);

/** Few, so that they come again. */
const id = fc.oneof(
  fc.nat(30).map(uuidOf),
  fc.nat(30).map((i) => uuidOf(i).replace('4000', 'ABCD')),
  fc.nat(30).map((i) => `firmware-${i}`),
  fc.constantFrom('', 'a', '\ud83d', '\udc00', '\ufffd', '🚗', LONG, `${LONG}y`, 'é'.repeat(1024), `${LONG}\ud83d`),
);
const RELOAD = { kind: 'reload' } as const;
const reload = fc.constant(RELOAD);

const again = {
  uuids: (set: UuidSet) => UuidSet.load(serializedCopy(set.save())),
  strings: (set: StringSet) => StringSet.load(serializedCopy(set.save())),
  jobs: (jobs: ScopeJobs) => ScopeJobs.load(serializedCopy(jobs.saveRows()), serializedCopy(jobs.saveMarks())),
};

describe('a UuidSet that is saved and loaded', () => {
  it('goes on as one that was not', () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ kind: fc.constant('insert' as const), value: fc.nat(40).map(uuidOf) }) },
      fc.record({ kind: fc.constant('clear' as const) }),
      reload,
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        let set = new UuidSet();
        const model = new Map<string, number>();
        for (const step of steps) {
          if (step.kind === 'reload') set = again.uuids(set);
          else if (step.kind === 'clear') {
            set.clear();
            model.clear();
          } else {
            expect(set.insert(step.value)).toBe(model.has(step.value) ? -1 : model.size);
            if (!model.has(step.value)) model.set(step.value, model.size);
          }
          expect(set.size).toBe(model.size);
          for (const [text, place] of model) expect([set.find(text), set.at(place)]).toEqual([place, text]);
        }
      }),
    );
  });
});

describe('a StringSet that is saved and loaded', () => {
  it('goes on as one that was not', () => {
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.record({ kind: fc.constant('insert' as const), value: id }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('find' as const), value: id }) },
      fc.record({ kind: fc.constant('clear' as const) }),
      { weight: 2, arbitrary: reload },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        let set = new StringSet();
        const model = new Map<string, number>();
        const counts = [0, 0];
        for (const step of steps) {
          if (step.kind === 'reload') set = again.strings(set);
          else if (step.kind === 'clear') {
            set.clear();
            model.clear();
            counts.fill(0);
          } else if (step.kind === 'find') expect(set.find(step.value)).toBe(model.get(step.value) ?? -1);
          else if (model.has(step.value)) expect(set.insert(step.value)).toBe(-1);
          else {
            const number = set.insert(step.value);
            const kind = number % 2;
            expect(number).toBe(2 * (counts[kind] as number) + kind);
            counts[kind] = (counts[kind] as number) + 1;
            model.set(step.value, number);
          }
          expect(set.size).toBe(model.size);
        }
        for (const [text, number] of model) {
          expect(set.find(text)).toBe(number);
          if (isKeptWhole(text)) expect(set.at(number)).toBe(text);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('goes on over all sizes of its chunks and tables', () => {
    let set = new StringSet();
    const ids = Array.from({ length: 66_000 }, (_, i) => [
      ...(i % 2 ? [`firmware-2.4.1-eu-${i}`] : []),
      uuidOf(i),
    ]).flat();
    const cuts = new Set([1, 2, 3, 100, 5000, 17_000, 98_304, 98_306]);
    for (const [i, text] of ids.entries()) {
      if (cuts.has(i)) set = again.strings(set);
      if (!set.add(text)) throw new Error(`${text} was there`);
    }
    set = again.strings(set);
    const wrong = ids.filter((text) => set.at(set.find(text)) !== text || set.add(text));
    expect([wrong, set.size]).toEqual([[], ids.length]);
    set.clear();
    expect(ids.slice(0, 1000).filter((text) => !set.add(text))).toEqual([]);
  });

  it.each([1000, 1023, 1024])('has room for long ones after %d bytes', (length) => {
    let set = new StringSet();
    const ids = Array.from({ length: 600 }, (_, i) => `${i}${'é'.repeat(length - 10 + (i % 10))}`.slice(0, length));
    for (const [i, text] of ids.entries()) {
      if (i === 300 || i === 520 || i < 10) set = again.strings(set);
      set.add(text);
    }
    expect(ids.filter((text) => set.at(set.find(text)) !== text)).toEqual([]);
  });
});

const time = fc.oneof(
  fc.integer({ min: NOW - 1e12, max: NOW }),
  fc.constantFrom(undefined, 0, -1, Date.parse('0001-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')),
);
const knownTime = time.map((at) => at ?? NOW);
const name = fc.constantFrom('SCHEDULED', 'COMPLETED', 'what AWS adds', '', null);
const ARN_START = 'arn:aws:iot:eu-west-1:123456789012:job/';
const jobBefore = fc.record({
  jobId: fc.oneof({ weight: 9, arbitrary: id }, { weight: 1, arbitrary: fc.constant(null) }),
  jobArn: fc.constantFrom(`${ARN_START}*`, `${ARN_START}*`, 'arn:aws:iot:us-east-1:1:job/*', 'other', null),
  status: name,
  targetSelection: name,
  createdAt: time,
  lastUpdatedAt: time,
  completedAt: time,
  observedAt: fc.constantFrom(NOW, NOW + 1000, NOW + 2000),
  firstSeenAt: knownTime,
  statusSince: knownTime,
}) satisfies fc.Arbitrary<JobBefore>;

/** With its id in place of the star. */
function arnOf({ jobId, jobArn }: JobBefore): string | null {
  return jobArn?.replace('*', () => jobId ?? 'without') ?? null;
}

describe('ScopeJobs that are saved and loaded', () => {
  it('go on as those that were not', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('add' as const), job: jobBefore }) },
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('see' as const), identity: id, keep: fc.boolean() }) },
      { weight: 2, arbitrary: reload },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let jobs = new ScopeJobs();
        const model = new Map<string, { job: JobBefore; isSeen: boolean; isKept: boolean }>();
        for (const step of steps) {
          if (step.kind === 'reload') jobs = again.jobs(jobs);
          else if (step.kind === 'add') {
            const job = { ...step.job, jobArn: arnOf(step.job) };
            const identity = jobIdentity(job.jobId, job.jobArn);
            if (identity === undefined) continue;
            expect(jobs.add(identity, job)).toBe(!model.has(identity));
            if (!model.has(identity)) model.set(identity, { job, isSeen: false, isKept: false });
          } else {
            const number = jobs.markSeen(step.identity);
            const known = model.get(step.identity);
            if (known === undefined) expect(number).toBe(NOT_FOUND);
            else if (known.isSeen) expect(number).toBeUndefined();
            else {
              expect(jobs.at(number as number)).toEqual(known.job);
              known.isSeen = true;
              known.isKept = step.keep;
              if (step.keep) jobs.markKept(number as number);
            }
          }
          expect(jobs.size).toBe(model.size);
        }
        const gone = Array.from(model.values()).filter(({ isKept }) => !isKept);
        const found = [...jobs.notKept()];
        expect(found).toHaveLength(gone.length);
        expect(found).toEqual(expect.arrayContaining(gone.map(({ job }) => job)));
      }),
      { numRuns: 300 },
    );
  });

  it.each([1, 8, 9, 4095, 4096, 4097, 10_000])('go on over all sizes of their chunks: %d jobs at first', (count) => {
    const ids = Array.from({ length: 15_000 }, (_, i) => (i % 3 ? uuidOf(i) : `firmware-${i}`));
    const jobOf = (jobId: string, i: number): JobBefore => ({
      jobId,
      jobArn: `${ARN_START}${jobId}`,
      status: i % 2 ? 'COMPLETED' : null,
      targetSelection: 'SNAPSHOT',
      createdAt: i % 7 ? NOW - i * 86_400_001 : undefined,
      lastUpdatedAt: NOW + i,
      completedAt: i % 1000 ? undefined : -NOW,
      observedAt: NOW + Math.floor(i / 250),
      firstSeenAt: NOW - i,
      statusSince: NOW,
    });
    let jobs = new ScopeJobs();
    for (const [i, jobId] of ids.entries()) {
      if (i === count) jobs = again.jobs(jobs);
      jobs.add(jobId, jobOf(jobId, i));
    }
    for (const [i, jobId] of ids.entries()) {
      if (i === count) jobs = again.jobs(jobs);
      if (i % 5) jobs.markKept(jobs.markSeen(jobId) as number);
    }
    jobs = again.jobs(jobs);
    const left = ids.map(jobOf).filter((_, i) => i % 5 === 0);
    const byCreation = (a: JobBefore, b: JobBefore) => a.firstSeenAt - b.firstSeenAt;
    expect([...jobs.notKept()].sort(byCreation)).toEqual(left.sort(byCreation));
    expect(ids.filter((jobId, i) => (jobs.markSeen(jobId) === undefined) !== i % 5 > 0)).toEqual([]);
  });

  it('leave the marks out of what stays the same over a run', () => {
    const jobs = new ScopeJobs();
    for (let i = 0; i < 10; i++) jobs.add(uuidOf(i), { ...BEFORE, jobId: uuidOf(i) });
    const before = serializedCopy(jobs.saveRows());
    jobs.markKept(jobs.markSeen(uuidOf(3)) as number);
    expect(serializedCopy(jobs.saveRows())).toEqual(before);
  });
});

const BEFORE: JobBefore = {
  jobArn: null,
  jobId: null,
  status: null,
  targetSelection: null,
  createdAt: NOW,
  lastUpdatedAt: undefined,
  completedAt: undefined,
  observedAt: NOW,
  firstSeenAt: NOW,
  statusSince: NOW,
};

describe('SeenJobs that are saved and loaded', () => {
  it('go on as those that were not, with a snapshot before and without', () => {
    const listed = fc.record({
      jobId: fc.option(id, { nil: undefined }),
      createdAt: fc.constantFrom(NOW, NOW + 1, undefined),
      isRepeat: fc.boolean(),
      isReloaded: fc.boolean(),
    });
    const before = fc.option(fc.uniqueArray(id), { nil: undefined });
    fc.assert(
      fc.property(before, fc.array(listed, { maxLength: 60 }), (ids, list) => {
        const scopeOf = () => {
          if (ids === undefined) return undefined;
          const jobs = new ScopeJobs();
          for (const jobId of ids) if (jobId !== '') jobs.add(jobId, { ...BEFORE, jobId });
          return jobs;
        };
        const straight = new SeenJobs();
        straight.enterScope(scopeOf());
        let scope = scopeOf();
        let seen = new SeenJobs();
        seen.enterScope(scope);
        for (const { jobId, createdAt, isRepeat, isReloaded } of list) {
          if (isReloaded) {
            scope = scope && again.jobs(scope);
            seen = SeenJobs.load(serializedCopy(seen.save()), scope);
          }
          const job = { jobId, createdAt };
          expect(seen.take(job, isRepeat)).toEqual(straight.take(job, isRepeat));
        }
        seen.enterScope(undefined);
        expect(seen.take({ jobId: 'a' }, false)).toEqual({ job: { jobId: 'a' }, before: NOT_FOUND });
      }),
      { numRuns: 300 },
    );
  });
});

describe('columns that are saved and loaded', () => {
  it('go on as those that were not', () => {
    const row = fc.record({ at: time, name, run: fc.nat(2), isReloaded: fc.boolean() });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
        let [times, names, runs] = [new TimeColumn(), new NameColumn(), new RunLengthColumn<number>()];
        for (const [place, { at, name, run, isReloaded }] of rows.entries()) {
          if (isReloaded) {
            times = TimeColumn.load(serializedCopy(times.save(place)));
            names = NameColumn.load(serializedCopy(names.save(place)));
            runs = RunLengthColumn.load(serializedCopy(runs.save()));
          }
          times.set(place, at);
          names.set(place, name);
          runs.push(place, run);
        }
        expect(rows.map((_, place) => times.at(place))).toEqual(rows.map(({ at }) => at));
        expect(rows.map((_, place) => names.at(place))).toEqual(rows.map(({ name }) => name));
        expect(rows.map((_, place) => runs.at(place))).toEqual(rows.map(({ run }) => run));
      }),
      { numRuns: 300 },
    );
  });
});
