import { timeouts } from '../../lambda/aws/timeouts.ts';

/** A call normally takes a second or two. With the SDK's backoff the attempts cover some seconds of a busy service. */
const CALL_MS = 10_000;
const MAX_ATTEMPTS = 6;

/** Options for the clients of AWS Glue and AWS CloudFormation. */
export const clientOptions = () => ({
  maxAttempts: MAX_ATTEMPTS,
  requestHandler: timeouts({ answerMs: CALL_MS, silenceMs: CALL_MS }),
});
