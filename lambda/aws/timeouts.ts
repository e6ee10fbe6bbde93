const CONNECTION_TIMEOUT_MS = 5000;

/** How long calls of a client may take. */
export interface Timeouts {
  /** From the beginning of a request until its answer begins, milliseconds; absent where each call gives its own. */
  readonly answerMs?: number;
  /** For which a connection may carry nothing in either direction, milliseconds. */
  readonly silenceMs: number;
}

/**
 * The `requestHandler` of an SDK client. Every client gets one from here: the SDK by itself waits for ever, and only
 * warns when a request takes too long.
 *
 * A body that is being sent counts into `answerMs`, because the SDK starts that timer with the request. So large bodies
 * are sent with `silenceMs` alone, which goes by the bytes that the connection takes. A call without `answerMs` of its
 * client can have one of its own: `requestTimeout` of the options of `send`.
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
