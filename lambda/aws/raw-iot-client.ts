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

export interface RawIotClientProps {
  /** Region, credentials and other options. @default the SDK's */
  readonly client: IoTClientConfig | undefined;
  /** Maximum of attempts per call. */
  readonly maxAttempts: number;
  /** Timeout for an answer, milliseconds. */
  readonly timeoutMs: number;
  readonly pace: Pace;
}

/** A client of AWS IoT that reads answers without the SDK's deserializer. Its rate limit and retries slow down no other client. */
export class RawIotClient {
  readonly counts: CallCounts;
  readonly #client: IoTClient;

  constructor({ client: config, maxAttempts, timeoutMs, pace }: RawIotClientProps) {
    this.#client = new IoTClient({
      maxAttempts,
      requestHandler: timeouts({ answerMs: timeoutMs, silenceMs: timeoutMs }),
      ...(config?.retryMode === undefined && { retryStrategy: adaptiveRetries(maxAttempts) }),
      ...config,
    });
    this.counts = paceAttempts(this.#client.middlewareStack, pace);
    // The parser throws SyntaxError for a body that is cut, or not as documented.
    retryAlso(this.#client.middlewareStack, (error) => error instanceof SyntaxError);
  }

  /**
   * Sends a command, and parses its answer.
   *
   * @param command a new one, because a middleware is added to it
   * @param parse throws SyntaxError for a body that is not as documented; then the call is retried
   * @throws an {@link ExporterError} that says what failed; the signal's reason when it aborts
   */
  async send<Answer extends object>(
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
      // The SDK's own output is not used.
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
