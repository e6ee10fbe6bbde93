import { readEnvironment } from '../../lambda/environment.ts';

const VALID = { HISTORY_BUCKET: 'history', LIST_JOBS_PER_SECOND: '2.5', AWS_REGION: 'eu-west-1' };

describe('the environment', () => {
  it('is read with strict numbers', () => {
    expect(readEnvironment(VALID)).toEqual({
      bucketName: 'history',
      bucketRegion: 'eu-west-1',
      callsPerSecond: 2.5,
      hasMetrics: true,
      region: 'eu-west-1',
    });
  });

  it('can name a bucket of another Region', () => {
    expect(readEnvironment({ ...VALID, HISTORY_REGION: 'us-east-1' }).bucketRegion).toBe('us-east-1');
  });

  it.each(['HISTORY_BUCKET', 'LIST_JOBS_PER_SECOND', 'AWS_REGION'])('names %s when it is not set', (name) => {
    expect(() => readEnvironment({ ...VALID, [name]: undefined })).toThrow(
      `${name} is not set: deploy the stack again`,
    );
  });

  it('may do without custom metrics', () => {
    expect(readEnvironment({ ...VALID, METRICS: 'NONE' }).hasMetrics).toBe(false);
    expect(() => readEnvironment({ ...VALID, METRICS: '' })).toThrow('METRICS must be NONE, or not be set; got "":');
  });

  it.each(['0', '-1', '5/s', '1e3', ' 5', 'NaN', '0x10'])('refuses a rate of "%s"', (value) => {
    expect(() => readEnvironment({ ...VALID, LIST_JOBS_PER_SECOND: value })).toThrow(`number above 0; got "${value}"`);
  });

  it('has a rate of DescribeJob where jobs are to be described', () => {
    expect(readEnvironment({ ...VALID, DESCRIBE_JOB_PER_SECOND: '0.5' }).describeCallsPerSecond).toBe(0.5);
    expect(() => readEnvironment({ ...VALID, DESCRIBE_JOB_PER_SECOND: '0' })).toThrow(
      'DESCRIBE_JOB_PER_SECOND must be a number above 0; got "0"',
    );
    expect(() => readEnvironment({ ...VALID, DESCRIBE_JOB_PER_SECOND: '' })).toThrow(
      'DESCRIBE_JOB_PER_SECOND is not set: deploy the stack again',
    );
  });

  it.each([
    ['GOVERNANCE 365', { mode: 'GOVERNANCE', days: 365 }],
    ['COMPLIANCE 1', { mode: 'COMPLIANCE', days: 1 }],
    ['COMPLIANCE 36500', { mode: 'COMPLIANCE', days: 36_500 }],
  ])('reads an Object Lock of "%s"', (value, objectLock) => {
    expect(readEnvironment({ ...VALID, OBJECT_LOCK: value })).toMatchObject({ objectLock });
  });

  it.each([
    '',
    'GOVERNANCE',
    '365',
    'governance 365',
    'LEGAL 365',
    'GOVERNANCE 0',
    'GOVERNANCE 36501',
    'GOVERNANCE 1.5',
    'GOVERNANCE -1',
    'GOVERNANCE 0365',
    'GOVERNANCE  365',
    'GOVERNANCE 365 ',
    'COMPLIANCE 1e3',
  ])('refuses an Object Lock of "%s"', (value) => {
    expect(() => readEnvironment({ ...VALID, OBJECT_LOCK: value })).toThrow(
      `OBJECT_LOCK must be GOVERNANCE or COMPLIANCE, a space and 1 to 36500 days, as "GOVERNANCE 365"; got "${value}"`,
    );
  });
});
