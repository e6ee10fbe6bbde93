import type { ChangeRow, JobRow } from '../../../lambda/contract/columns.ts';
import { jobIdentity } from '../../../lambda/contract/job-identity.ts';
import { isSameScope, type Scope, scopeKey } from '../../../lambda/contract/scope.ts';
import { epochMs } from '../epoch.ts';

const INITIAL_SLOTS = 1 << 10;

/** The jobs of a scope: slot in the table, by identity. */
export interface JobsOfScope {
  readonly scope: Scope;
  readonly key: string;
  readonly slots: Map<string, number>;
}

/**
 * The jobs of two snapshots: the predecessor and the one that is being read. It takes some 250 bytes per job: times are
 * numbers, and values that are compared together are a hash.
 */
export class JobTable {
  readonly #scopes = new Map<string, JobsOfScope>();
  #current: JobsOfScope | undefined;
  /** Released slots. */
  readonly #free: number[] = [];
  #used = 0;
  #before = new JobColumns();
  #now = new JobColumns();

  get before(): JobColumns {
    return this.#before;
  }

  get now(): JobColumns {
    return this.#now;
  }

  /** Number of slots that were ever in use: all slots are below it. */
  get size(): number {
    return this.#used;
  }

  scopes(): Iterable<JobsOfScope> {
    return this.#scopes.values();
  }

  find(scope: Scope, identity: string): number | undefined {
    return this.#jobsIn(scope)?.slots.get(identity);
  }

  /** Begins to read a snapshot, possibly again. */
  begin(): void {
    this.#now.clear();
  }

  /** Adds a row of the snapshot that is being read. Returns its slot. */
  take(row: JobRow, identity: string): number {
    const jobs = this.#jobsIn(row) ?? this.#addScope(row);
    let slot = jobs.slots.get(identity);
    if (slot === undefined) {
      slot = this.#free.pop() ?? this.#used++;
      jobs.slots.set(identity, slot);
    }
    this.#now.put(slot, row);
    return slot;
  }

  /** Makes the snapshot that was read the predecessor. */
  advance(): void {
    for (const { slots } of this.#scopes.values()) {
      for (const [identity, slot] of slots) {
        if (this.#now.has(slot)) continue;
        slots.delete(identity);
        this.#free.push(slot);
      }
    }
    [this.#before, this.#now] = [this.#now, this.#before];
    this.#now.clear();
  }

  #jobsIn(scope: Scope): JobsOfScope | undefined {
    if (this.#current === undefined || !isSameScope(this.#current.scope, scope)) {
      this.#current = this.#scopes.get(scopeKey(scope));
    }
    return this.#current;
  }

  #addScope({ thing_group_name, queried_thing_group_id }: Scope): JobsOfScope {
    const scope = { thing_group_name, queried_thing_group_id };
    this.#current = { scope, key: scopeKey(scope), slots: new Map() };
    this.#scopes.set(this.#current.key, this.#current);
    return this.#current;
  }
}

/** Interned statuses. */
const statuses: (string | null)[] = [];
const numbersOfStatuses = new Map<string | null, number>();

/** The jobs of one snapshot, in columns by slot. */
export class JobColumns {
  /** The pass in which each slot was last written. A slot is in use if that is the current pass. */
  #passes = new Uint32Array(INITIAL_SLOTS);
  #pass = 1;
  #statuses = new Uint32Array(INITIAL_SLOTS);
  /** NaN without `created_at`. */
  #createdAt = new Float64Array(INITIAL_SLOTS);
  #observedAt = new Float64Array(INITIAL_SLOTS);
  #firstSeenAt = new Float64Array(INITIAL_SLOTS);
  #statusSince = new Float64Array(INITIAL_SLOTS);
  #copiedColumns = new Float64Array(INITIAL_SLOTS);

  clear(): void {
    this.#pass += 1;
  }

  has(slot: number): boolean {
    return this.#passes[slot] === this.#pass;
  }

  status(slot: number): string | null {
    return statuses[this.#statuses[slot] as number] as string | null;
  }

  createdAt(slot: number): number {
    return this.#createdAt[slot] as number;
  }

  observedAt(slot: number): number {
    return this.#observedAt[slot] as number;
  }

  /** `observed_at` if the row has no `first_seen_at`. */
  firstSeenAt(slot: number): number {
    return this.#firstSeenAt[slot] as number;
  }

  /** `observed_at` if the row has no `status_since`. */
  statusSince(slot: number): number {
    return this.#statusSince[slot] as number;
  }

  /** See {@link copiedColumnsHash}. */
  copiedColumns(slot: number): number {
    return this.#copiedColumns[slot] as number;
  }

  put(slot: number, row: JobRow): void {
    while (slot >= this.#passes.length) this.#grow();
    const observedAt = epochMs(row.observed_at);
    this.#passes[slot] = this.#pass;
    this.#statuses[slot] = numberOfStatus(row.status);
    this.#createdAt[slot] = row.created_at === null ? Number.NaN : epochMs(row.created_at);
    this.#observedAt[slot] = observedAt;
    this.#firstSeenAt[slot] = row.first_seen_at ? epochMs(row.first_seen_at) : observedAt;
    this.#statusSince[slot] = row.status_since ? epochMs(row.status_since) : observedAt;
    this.#copiedColumns[slot] = copiedColumnsHash(row);
  }

  #grow(): void {
    this.#passes = doubled(this.#passes);
    this.#statuses = doubled(this.#statuses);
    this.#createdAt = doubled(this.#createdAt);
    this.#observedAt = doubled(this.#observedAt);
    this.#firstSeenAt = doubled(this.#firstSeenAt);
    this.#statusSince = doubled(this.#statusSince);
    this.#copiedColumns = doubled(this.#copiedColumns);
  }
}

/** Hash of the columns that a change copies from the job's last row and that are not compared individually. */
export function copiedColumnsHash(row: JobRow | ChangeRow): number {
  const { job_id, job_arn, target_selection, last_updated_at, completed_at } = row;
  return hash(JSON.stringify([job_id, job_arn, target_selection, last_updated_at, completed_at]));
}

/** The identity of a row's job; `undefined` if it has none. */
export function identityOf({ job_id, job_arn }: JobRow | ChangeRow): string | undefined {
  return jobIdentity(job_id, job_arn);
}

function numberOfStatus(status: string | null): number {
  const number = numbersOfStatuses.get(status);
  if (number !== undefined) return number;
  numbersOfStatuses.set(status, statuses.length);
  return statuses.push(status) - 1;
}

/** 53-bit hash: FNV-1a in two lanes, mixed at the end. */
function hash(text: string): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x9e3779b1);
    b = Math.imul(b ^ unit, 0x5f356495);
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return (b & 0x1fffff) * 0x100000000 + (a >>> 0);
}

function doubled<T extends Uint32Array | Float64Array>(array: T): T {
  const larger = new (array.constructor as new (length: number) => T)(array.length * 2);
  larger.set(array);
  return larger;
}
