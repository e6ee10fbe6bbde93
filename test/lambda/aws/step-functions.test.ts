import { executionName } from '../../../lambda/aws/execution-name.ts';
import { createContinuations } from '../../../lambda/aws/step-functions.ts';
import type { Continuation } from '../../../lambda/contract/event.ts';
import { snapshotId } from '../../../lambda/contract/keys.ts';
import type { Continuations } from '../../../lambda/ports.ts';
import { LoopbackSfn, type SfnFault, type SfnRequest } from '../../support/loopback-sfn.ts';

const OF = {
  accountId: '123456789012',
  region: 'eu-west-1',
  exportName: 'all',
  scheduledAt: Date.parse('2026-11-23T18:00:00Z'),
};
const ID = '20261123T180000Z-all';
const signal = new AbortController().signal;

let sfn: LoopbackSfn;
let endpoint: string;
let slept: number[];
let continuations: Continuations;

beforeEach(async () => {
  sfn = new LoopbackSfn();
  endpoint = await sfn.start();
  slept = [];
  continuations = continuationsAt(sfn.stateMachineArn);
});
afterEach(() => sfn.stop());

function continuationsAt(arn: string): Continuations {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const clock = { sleep: async (ms: number) => void slept.push(ms) };
  return createContinuations(arn, { endpoint, credentials }, clock);
}

const nextOf = (run: string): Continuation => ({
  event: { export: 'all', scheduledTime: '2026-11-23T20:00:00+02:00', maxRunMinutes: 60 },
  run: run.repeat(16),
  invocation: 2,
  attempt: 1,
  startedAt: '2026-11-23T18:00:02.000Z',
});
const MINE = nextOf('1');
const OTHERS = nextOf('2');

/** An execution for the snapshot that others started. */
function addExecution(
  name: string,
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'PENDING_REDRIVE',
  next: object = OTHERS,
) {
  const execution = sfn.executions.start(name, JSON.stringify({ next }));
  if (execution) execution.status = status;
}

const names = () => sfn.executions.all.map(({ name }) => name);
const actions = () => sfn.requests.map(({ action }) => action);

/** Fails the first `times` requests of an action. */
function failing(action: SfnRequest['action'], times: number, fault: SfnFault) {
  let left = times;
  return (request: SfnRequest) => (request.action === action && left-- > 0 ? fault : undefined);
}

describe('start', () => {
  it('starts an execution by the name of the snapshot, with what goes on', async () => {
    expect(await continuations.start(OF, MINE, signal)).toEqual(MINE);
    expect(sfn.executions.all).toMatchObject([{ name: ID, input: JSON.stringify({ next: MINE }) }]);
    expect(actions()).toEqual(['StartExecution']);
  });

  it.each(['RUNNING', 'PENDING_REDRIVE'] as const)(
    'begins nothing where another is %s, and gives that',
    async (status) => {
      addExecution(ID, status);
      expect(await continuations.start(OF, MINE, signal)).toEqual(OTHERS);
      expect(names()).toEqual([ID]);
    },
  );

  it('takes the next name after executions that ended', async () => {
    addExecution(ID, 'FAILED');
    addExecution(`${ID}_2`, 'SUCCEEDED');
    expect(await continuations.start(OF, MINE, signal)).toEqual(MINE);
    expect(names()).toEqual([ID, `${ID}_2`, `${ID}_3`]);
  });

  it('gives another that is going on after ones that ended', async () => {
    addExecution(ID, 'FAILED');
    addExecution(`${ID}_2`, 'RUNNING');
    expect(await continuations.start(OF, MINE, signal)).toEqual(OTHERS);
  });

  it.each([
    ['500', { status: 500, name: 'InternalFailure' }],
    ['a throttle', { status: 400, name: 'ThrottlingException' }],
    ['a reset', 'reset' as const],
  ])('tries again after %s', async (_what, fault) => {
    sfn.before = failing('StartExecution', 1, fault);
    expect(await continuations.start(OF, MINE, signal)).toEqual(MINE);
    expect(names()).toEqual([ID]);
  });

  it('starts nothing twice when its answer was lost', async () => {
    sfn.after = failing('StartExecution', 2, 'reset');
    expect(await continuations.start(OF, MINE, signal)).toEqual(MINE);
    expect(names()).toEqual([ID]);
    expect(actions()).toEqual(Array(3).fill('StartExecution'));
  });

  it('waits for an execution that exists and is not seen yet', async () => {
    addExecution(ID, 'RUNNING');
    sfn.before = failing('DescribeExecution', 3, { status: 400, name: 'ExecutionDoesNotExist' });
    expect(await continuations.start(OF, MINE, signal)).toEqual(OTHERS);
    expect(slept).toEqual([250, 500, 1000]);
  });

  it('gives up an execution that exists and is never seen', async () => {
    addExecution(ID, 'RUNNING');
    sfn.before = failing('DescribeExecution', Number.POSITIVE_INFINITY, { status: 400, name: 'ExecutionDoesNotExist' });
    await expect(continuations.start(OF, MINE, signal)).rejects.toMatchObject({
      name: 'StateMachineUnavailableError',
      message: expect.stringMatching(`:execution:continue:${ID} exists by StartExecution.*for 15.75 seconds`),
    });
  });
});

describe('running', () => {
  it('finds nothing where there is no execution', async () => {
    expect(await continuations.running(OF, signal)).toBeUndefined();
    expect(sfn.requests).toEqual([
      {
        action: 'DescribeExecution',
        input: { executionArn: `arn:aws:states:eu-west-1:123456789012:execution:continue:${ID}` },
      },
    ]);
  });

  it.each(['RUNNING', 'PENDING_REDRIVE'] as const)('finds one that is %s', async (status) => {
    addExecution(ID, 'FAILED');
    addExecution(`${ID}_2`, status);
    expect(await continuations.running(OF, signal)).toEqual(OTHERS);
  });

  it('finds nothing where all have ended', async () => {
    addExecution(ID, 'FAILED');
    addExecution(`${ID}_2`, 'SUCCEEDED');
    expect(await continuations.running(OF, signal)).toBeUndefined();
  });

  it('gives all that the input says, be the event large and kept elsewhere', async () => {
    const event = { export: 'all', scheduledTime: '2026-11-23T18:00:00Z', eventKey: 'work/x.event.json' };
    addExecution(ID, 'RUNNING', { ...OTHERS, event });
    expect(await continuations.running(OF, signal)).toEqual({ ...OTHERS, event });
  });

  it.each([
    ['no JSON of ours', {}],
    ['another export', { ...OTHERS, event: { ...OTHERS.event, export: 'other' } }],
    ['another time', { ...OTHERS, event: { ...OTHERS.event, scheduledTime: '2026-11-23T18:00:00+02:00' } }],
    ['a run of another form', { ...OTHERS, run: 'x' }],
  ])('refuses what runs by its name for %s, and says what to do', async (_what, next) => {
    addExecution(ID, 'RUNNING', next);
    await expect(continuations.running(OF, signal)).rejects.toMatchObject({
      name: 'StateMachineRefusedError',
      message: expect.stringMatching(
        `:execution:continue:${ID} is running with an input that is not of this snapshot.*stop it`,
      ),
    });
  });

  it('passes over what others ran by its name once that has ended', async () => {
    addExecution(ID, 'SUCCEEDED', {});
    expect(await continuations.running(OF, signal)).toBeUndefined();
  });

  it('gives up after fifty executions that ended, and says what to do', async () => {
    for (let n = 1; n <= 50; n++) addExecution(executionName(ID, n), 'FAILED');
    await expect(continuations.running(OF, signal)).rejects.toMatchObject({
      name: 'StateMachineRefusedError',
      message: expect.stringMatching(`50 executions that ended, the last one arn:.*:${ID}_50: .*redrive`),
    });
  });
});

describe('failures', () => {
  it.each([
    [
      400,
      'AccessDeniedException',
      'StateMachineRefusedError',
      /refused states:StartExecution on arn:.*allow the action/,
    ],
    [400, 'StateMachineDeleting', 'StateMachineRefusedError', /no state machine .*continue .*deploy the stack again/],
    [400, 'StateMachineDoesNotExist', 'StateMachineRefusedError', /no state machine .*: deploy the stack again/],
    [400, 'KmsAccessDeniedException', 'StateMachineRefusedError', /KMS key/],
    [400, 'InvalidExecutionInput', 'StateMachineRefusedError', /refused states:StartExecution .*InvalidExecutionInput/],
    [400, 'ExecutionLimitExceeded', 'StateMachineUnavailableError', /quotas of Step Functions/],
    [400, 'ExpiredTokenException', 'CredentialsError', /have expired/],
    [400, 'UnrecognizedClientException', 'CredentialsError', /No valid AWS credentials/],
  ])('makes of %d %s a %s', async (status, name, error, message) => {
    sfn.before = () => ({ status, name });
    await expect(continuations.start(OF, MINE, signal)).rejects.toMatchObject({
      name: error,
      message: expect.stringMatching(message),
    });
    expect(sfn.requests).toHaveLength(1);
  });

  it('names the other action, too', async () => {
    sfn.before = () => ({ status: 400, name: 'AccessDeniedException' });
    await expect(continuations.running(OF, signal)).rejects.toThrow(
      `states:DescribeExecution on arn:aws:states:eu-west-1:123456789012:execution:continue:${ID}`,
    );
  });

  it('makes of a service that stays down a StateMachineUnavailableError', async () => {
    sfn.before = () => 'reset';
    await expect(continuations.running(OF, signal)).rejects.toMatchObject({
      name: 'StateMachineUnavailableError',
      message: expect.stringMatching(/through all retries .*Health Dashboard/),
    });
    expect(sfn.requests).toHaveLength(6);
  });

  it.each(['', 'continue', 'arn:aws:states:eu-west-1:123456789012:stateMachine:continue:1'])(
    'refuses "%s" as the ARN of a state machine',
    async (arn) => {
      await expect(continuationsAt(arn).running(OF, signal)).rejects.toMatchObject({
        name: expect.stringMatching(/StateMachineRefusedError/),
        message: expect.stringMatching(`"${arn}" is no ARN of a state machine: deploy`),
      });
      expect(sfn.requests).toEqual([]);
    },
  );

  it('leaves a call that hangs when the signal aborts, with its reason', async () => {
    sfn.before = () => 'hang';
    const controller = new AbortController();
    const running = continuations.running(OF, controller.signal);
    setTimeout(() => controller.abort(new Error('time is up')), 20);
    await expect(running).rejects.toThrow('time is up');
  });
});

describe('names of executions', () => {
  const longest = snapshotId({ ...OF, exportName: 'x'.repeat(63) });

  it('are ids of snapshots, and numbered from the second on', () => {
    expect([1, 2, 10].map((n) => executionName(ID, n))).toEqual([ID, `${ID}_2`, `${ID}_10`]);
  });

  it('are never too long, and those of ids that begin alike differ', () => {
    const others = snapshotId({ ...OF, exportName: `${'x'.repeat(62)}y` });
    const all = [longest, others].flatMap((id) => Array.from({ length: 50 }, (_, i) => executionName(id, i + 1)));
    for (const name of all) expect(name).toMatch(/^[0-9A-Za-z_-]{1,80}$/);
    expect(new Set(all).size).toBe(100);
    expect(executionName(longest, 1)).toBe(longest);
    expect(executionName(longest, 2)).toMatch(/^20261123T180000Z-x{52}_[0-9a-f]{8}_2$/);
  });
});
