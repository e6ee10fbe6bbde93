const CONNECTION_TIMEOUT_MS = 5000;

/** Timeouts of a client's calls. */
export interface Timeouts {
  /** From the start of a request until its answer begins, milliseconds. Absent when each call sets its own. */
  readonly answerMs?: number;
  /** Maximum of idle time of a connection, milliseconds. */
  readonly silenceMs: number;
}

/**
 * Options for the `requestHandler` of an SDK client. Every client needs them: by default the SDK waits forever, and only warns
 * when a request takes too long.
 *
 * Sending the body counts into `answerMs`, because the SDK starts that timer with the request. So large bodies are sent with
 * `silenceMs` alone, which is checked against the bytes that the connection accepts. If the client has no `answerMs`, a call can
 * set `requestTimeout` in the options of `send`.
 * Source: @smithy/node-http-handler, `requestTimeout` and `socketTimeout`; Node.js, `socket.setTimeout`; tried with a
 * server that reads slowly and one that stops reading.
 */
export function timeouts({ answerMs, silenceMs }: Timeouts) {
  return {
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    ...(answerMs !== undefined && { requestTimeout: answerMs }),
    throwOnRequestTimeout: true,
    socketTimeout: silenceMs,
  };
}
