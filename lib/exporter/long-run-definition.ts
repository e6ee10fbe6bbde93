import { NOT_WORTH_A_RETRY } from '../../lambda/contract/retries.ts';

/** Maximum wait between two attempts, so that a run of some hours loses little time. */
const LONGEST_WAIT_SECONDS = 600;

const RETRY = [
  { ErrorEquals: NOT_WORTH_A_RETRY, MaxAttempts: 0 },
  // Concurrency can be used up for long. The attempts take about six hours, for which Lambda keeps a throttled asynchronous
  // event, too.
  {
    ErrorEquals: ['Lambda.TooManyRequestsException'],
    IntervalSeconds: 30,
    BackoffRate: 2,
    MaxDelaySeconds: LONGEST_WAIT_SECONDS,
    MaxAttempts: 40,
  },
  // Attempts after 1, 2, 4, 8, 10 and 10 minutes.
  {
    ErrorEquals: ['States.ALL'],
    IntervalSeconds: 60,
    BackoffRate: 2,
    MaxDelaySeconds: LONGEST_WAIT_SECONDS,
    MaxAttempts: 6,
  },
];

/**
 * The state machine in the Amazon States Language. It invokes the function until the outcome is not `continued`. An answer
 * with `continued` has the input of the next invocation. There is no Catch, so that an execution fails in its task, which a
 * redrive runs again. There is no timeout, since the function checks the deadline of the run.
 */
export function longRunDefinition(functionArn: string, partition: string): object {
  return {
    Comment: 'Goes on with an export of AWS IoT jobs that outlasts an invocation',
    StartAt: 'List',
    States: {
      List: {
        Type: 'Task',
        Resource: `arn:${partition}:states:::lambda:invoke`,
        Parameters: {
          FunctionName: functionArn,
          Payload: { 'next.$': '$.next', 'execution.$': '$$.Execution' },
        },
        OutputPath: '$.Payload',
        Retry: RETRY,
        Next: 'IsContinued',
      },
      IsContinued: {
        Type: 'Choice',
        Choices: [{ Variable: '$.outcome', StringEquals: 'continued', Next: 'List' }],
        Default: 'Done',
      },
      Done: { Type: 'Succeed' },
    },
  };
}
