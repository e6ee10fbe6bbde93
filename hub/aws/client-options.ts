import { timeouts } from '../../lambda/aws/timeouts.ts';

/** A call is answered in a second or two. With the SDK's backoff this rides out some seconds of a busy service. */
const CALL_MS = 10_000;
const MAX_ATTEMPTS = 6;

/** Options of the clients of a look's services. */
export const clientOptions = () => ({
  maxAttempts: MAX_ATTEMPTS,
  requestHandler: timeouts({ answerMs: CALL_MS, silenceMs: CALL_MS }),
});
