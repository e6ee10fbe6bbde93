import { NOT_WORTH_A_RETRY } from '../../lambda/contract/retries.ts';

/** The longest wait between two tries: a run that lists for hours is not to lose more than a part of one by it. */
const LONGEST_WAIT_SECONDS = 600;

const RETRY = [
  { ErrorEquals: NOT_WORTH_A_RETRY, MaxAttempts: 0 },
  // Concurrency is used up, perhaps for long. Some six hours: so long does Lambda keep a throttled asynchronous event.
  {
    ErrorEquals: ['Lambda.TooManyRequestsException'],
    IntervalSeconds: 30,
    BackoffRate: 2,
    MaxDelaySeconds: LONGEST_WAIT_SECONDS,
    MaxAttempts: 40,
  },
  // After 1, 2, 4, 8, 10 and 10 minutes.
  {
    ErrorEquals: ['States.ALL'],
    IntervalSeconds: 60,
    BackoffRate: 2,
    MaxDelaySeconds: LONGEST_WAIT_SECONDS,
    MaxAttempts: 6,
  },
];

/**
 * The state machine in the Amazon States Language: it invokes the function until its answer is not `continued`. An answer
 * that is has the input of the next invocation. There is no Catch: an execution that fails fails in its task, which a redrive
 * runs again. There is no timeout, for the function ends each invocation, and knows when the run's time is over.
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
