import { DescribeThingGroupCommand, IoTClient, type IoTClientConfig } from '@aws-sdk/client-iot';
import type { JobSource } from '../ports.ts';
import { abortable } from './abortable.ts';
import { paceAttempts } from './attempts.ts';
import { iotError } from './iot-error.ts';
import type { Pace } from './pace.ts';
import { timeouts } from './timeouts.ts';

/** Few attempts and a short timeout: the answer is worth less than the time of the run. */
const MAX_ATTEMPTS = 3;
const TIMEOUT_MS = 5000;

/**
 * Creates the check whether a thing group exists, by DescribeThingGroup. A missing group is a ResourceNotFoundException.
 * Source: AWS IoT API Reference, DescribeThingGroup, Errors.
 *
 * It has its own client, so that its throttles and retries do not slow down ListJobs.
 */
export function createThingGroupCheck(
  config: IoTClientConfig | undefined,
  pace: Pace,
  timeoutMs = TIMEOUT_MS,
): JobSource['thingGroupExists'] {
  const client = new IoTClient({
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: timeouts({ answerMs: timeoutMs, silenceMs: timeoutMs }),
    ...config,
  });
  paceAttempts(client.middlewareStack, pace);
  return async (thingGroupName, signal) => {
    try {
      const command = new DescribeThingGroupCommand({ thingGroupName });
      await abortable(client.send(command, { abortSignal: signal }), signal);
      return true;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return false;
      throw iotError(error, { action: 'iot:DescribeThingGroup', input: { thingGroupName } });
    }
  };
}
