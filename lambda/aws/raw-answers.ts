import { type DescribeJobCommand, IoTClient, type IoTClientConfig, type ListJobsCommand } from '@aws-sdk/client-iot';
import { ServiceUnavailableError } from '../errors.ts';
import type { CallCounts } from '../ports.ts';
import { abortable } from './abortable.ts';
import { adaptiveRetries } from './adaptive-retries.ts';
import { paceAttempts, retryAlso } from './attempts.ts';
import { type Call, iotError, operationOf } from './iot-error.ts';
import type { Pace } from './pace.ts';
import { readRawBody } from './raw-body.ts';
import { timeouts } from './timeouts.ts';

export interface RawAnswersProps {
  /** Region, credentials and the like; the SDK's defaults where left out. */
  readonly client: IoTClientConfig | undefined;
  /** Attempts of a call at most. */
  readonly maxAttempts: number;
  /** For an answer, milliseconds. */
  readonly timeoutMs: number;
  readonly pace: Pace;
}

/** A client of AWS IoT whose answers are read by hand: paced, retried, with retries that slow down no other client. */
export class RawAnswers {
  readonly counts: CallCounts;
  readonly #client: IoTClient;

  constructor({ client: config, maxAttempts, timeoutMs, pace }: RawAnswersProps) {
    this.#client = new IoTClient({
      maxAttempts,
      requestHandler: timeouts({ answerMs: timeoutMs, silenceMs: timeoutMs }),
      ...(config?.retryMode === undefined && { retryStrategy: adaptiveRetries(maxAttempts) }),
      ...config,
    });
    this.counts = paceAttempts(this.#client.middlewareStack, pace);
    // A body whose length is right but whose JSON is cut, or is not what the API documents.
    retryAlso(this.#client.middlewareStack, (error) => error instanceof SyntaxError);
  }

  /**
   * @param command a new one: its body is read as it arrives
   * @param parse throws SyntaxError at a body that is not what the API documents; then the call is made again
   * @throws an {@link ExporterError} that says what failed; the signal's reason when it aborts
   */
  async ask<Answer extends object>(
    command: ListJobsCommand | DescribeJobCommand,
    parse: (body: string) => Answer,
    call: Call,
    signal: AbortSignal,
  ): Promise<Answer> {
    let answer: Answer | undefined;
    readRawBody(command, (body) => {
      answer = parse(body);
    });
    try {
      // What the SDK makes of either is not used.
      await abortable(this.#client.send(command as ListJobsCommand, { abortSignal: signal }), signal);
    } catch (error) {
      signal.throwIfAborted();
      throw iotError(error, call);
    }
    if (answer === undefined) {
      throw new ServiceUnavailableError(`${operationOf(call)} succeeded, but not with status 200`);
    }
    return answer;
  }
}
