import { urlState } from '../base/url-state.ts';

/** Storage of the filter values of a table. */
export interface FilterMemory {
  get(name: string): string;
  set(name: string, value: string): void;
  /** Calls the listener when values have changed by a link or by Back. */
  onChange(listener: () => void): void;
}

/** By the key of the table: a table that is redrawn, as for another export, replaces the listener. */
const listeners = new Map<string, () => void>();
let isListening = false;

/** Stores filter values in the URL, by the key of the table; without a key they are not stored. */
export function filterMemory(key: string | undefined): FilterMemory {
  if (key === undefined) return { get: () => '', set: () => {}, onChange: () => {} };
  const prefix = `${key}.`;
  if (!isListening) {
    isListening = true;
    urlState.onChange((changed) => {
      for (const [start, listener] of listeners) {
        if ([...changed].some((name) => name.startsWith(start))) listener();
      }
    });
  }
  return {
    get: (name) => urlState.get(`${prefix}${name}`) ?? '',
    set: (name, value) => urlState.set(`${prefix}${name}`, value),
    onChange: (listener) => void listeners.set(prefix, listener),
  };
}
