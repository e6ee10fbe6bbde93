import { Readable } from 'node:stream';
import type { Middleware } from './attempts.ts';

/** Bytes of a piece: two seconds at 1 Mbit/s. */
const PIECE_BYTES = 256 * 1024;

interface SendStack {
  add(
    middleware: Middleware,
    options: { readonly step: 'deserialize'; readonly priority: 'low'; readonly name: string },
  ): void;
}

/**
 * Sends a large body in pieces, so that the idle timeout of the connection sees progress. Node sees no progress within one
 * write to a TLS socket: after two timeouts it takes the connection for idle, though the upload continues. Tried with Node 24
 * and a server that reads slowly.
 *
 * The middleware is the last one before the network: the signature covers the whole body, and a retry sends all pieces again.
 */
export function sendInPieces(stack: SendStack): void {
  const middleware: Middleware = (next) => async (args) => {
    const { body: original } = args.request;
    // The SDK has XML as text, which is large for an upload of thousands of parts.
    const body = typeof original === 'string' ? Buffer.from(original) : original;
    if (!(body instanceof Uint8Array) || body.byteLength <= PIECE_BYTES) return await next(args);
    return await next({ ...args, request: { ...args.request, body: Readable.from(piecesOf(body)) } });
  };
  stack.add(middleware, { step: 'deserialize', priority: 'low', name: 'sendInPieces' });
}

function* piecesOf(body: Uint8Array): Iterable<Uint8Array> {
  for (let from = 0; from < body.byteLength; from += PIECE_BYTES) yield body.subarray(from, from + PIECE_BYTES);
}
