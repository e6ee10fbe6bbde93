import { packState, unpackState } from '../../lambda/core/state-bytes.ts';

/** A value as the next invocation reads it: a copy that shares nothing with this one. */
export function serializedCopy<T>(value: T): T {
  const { blobs, head } = packState(value);
  const copies = Array.from(blobs, (blob) => new Uint8Array(blob));
  const text = head();
  const { blobs: named } = JSON.parse(text.slice(text.indexOf('\n') + 1));
  expect(named.map(({ bytes }: { bytes: number }) => bytes)).toEqual(copies.map(({ length }) => length));
  return unpackState(text, copies) as T;
}
