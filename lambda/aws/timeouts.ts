const CONNECTION_TIMEOUT_MS = 5000;

/**
 * Timeouts of a client's calls. The SDK by itself waits for ever, and only warns when a request takes too long.
 *
 * @param timeoutMs for an answer to begin, and for a connection to be silent
 */
export function timeouts(timeoutMs: number) {
  return {
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: timeoutMs,
    throwOnRequestTimeout: true,
    socketTimeout: timeoutMs,
  };
}
