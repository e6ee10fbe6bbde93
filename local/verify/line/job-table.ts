import type { ChangeRow, JobRow } from '../../../lambda/contract/columns.ts';
import { jobIdentity } from '../../../lambda/contract/job-identity.ts';
import { isSameScope, type Scope, scopeKey } from '../../../lambda/contract/scope.ts';
import { epochMs } from '../epoch.ts';

const FIRST_PLACES = 1 << 10;

/** The jobs of a scope: where in the table each of them is, by its identity. */
export interface JobsOfScope {
  readonly scope: Scope;
  readonly key: string;
  readonly places: Map<string, number>;
}

/**
 * The jobs of two snapshots, the one before and the one that is being read. Some 250 bytes for each job: times are numbers,
 * and what is compared as a whole is a hash.
 */
export class JobTable {
  readonly #scopes = new Map<string, JobsOfScope>();
  #current: JobsOfScope | undefined;
  /** Places that are free again. */
  readonly #free: number[] = [];
  #used = 0;
  #before = new Side();
  #now = new Side();

  get before(): Side {
    return this.#before;
  }

  get now(): Side {
    return this.#now;
  }

  /** Places that have ever been in use: no place is larger. */
  get size(): number {
    return this.#used;
  }

  scopes(): Iterable<JobsOfScope> {
    return this.#scopes.values();
  }

  find(scope: Scope, identity: string): number | undefined {
    return this.#jobsOf(scope)?.places.get(identity);
  }

  /** Begins to read a snapshot, or begins again. */
  begin(): void {
    this.#now.clear();
  }

  /** Takes a row of the snapshot that is being read, of a job with this identity, and gives its place. */
  take(row: JobRow, identity: string): number {
    const jobs = this.#jobsOf(row) ?? this.#addScope(row);
    let place = jobs.places.get(identity);
    if (place === undefined) {
      place = this.#free.pop() ?? this.#used++;
      jobs.places.set(identity, place);
    }
    this.#now.put(place, row);
    return place;
  }

  /** What has been read is what was before from now on. */
  turn(): void {
    for (const { places } of this.#scopes.values()) {
      for (const [identity, place] of places) {
        if (this.#now.has(place)) continue;
        places.delete(identity);
        this.#free.push(place);
      }
    }
    [this.#before, this.#now] = [this.#now, this.#before];
    this.#now.clear();
  }

  #jobsOf(scope: Scope): JobsOfScope | undefined {
    if (this.#current === undefined || !isSameScope(this.#current.scope, scope)) {
      this.#current = this.#scopes.get(scopeKey(scope));
    }
    return this.#current;
  }

  #addScope({ thing_group_name, queried_thing_group_id }: Scope): JobsOfScope {
    const scope = { thing_group_name, queried_thing_group_id };
    this.#current = { scope, key: scopeKey(scope), places: new Map() };
    this.#scopes.set(this.#current.key, this.#current);
    return this.#current;
  }
}

/** Statuses by their number. */
const statuses: (string | null)[] = [];
const numbersOfStatuses = new Map<string | null, number>();

/** What one snapshot says of the jobs, each at its place. */
export class Side {
  /** Of each place, the pass in which it was put last. */
  #passes = new Uint32Array(FIRST_PLACES);
  #pass = 1;
  #statuses = new Uint32Array(FIRST_PLACES);
  /** NaN where the service gave none. */
  #createdAt = new Float64Array(FIRST_PLACES);
  #observedAt = new Float64Array(FIRST_PLACES);
  #firstSeenAt = new Float64Array(FIRST_PLACES);
  #statusSince = new Float64Array(FIRST_PLACES);
  #rests = new Float64Array(FIRST_PLACES);

  clear(): void {
    this.#pass += 1;
  }

  has(place: number): boolean {
    return this.#passes[place] === this.#pass;
  }

  status(place: number): string | null {
    return statuses[this.#statuses[place] as number] as string | null;
  }

  createdAt(place: number): number {
    return this.#createdAt[place] as number;
  }

  observedAt(place: number): number {
    return this.#observedAt[place] as number;
  }

  /** Of a row that is without: when it was observed. */
  firstSeenAt(place: number): number {
    return this.#firstSeenAt[place] as number;
  }

  /** Of a row that is without: when it was observed. */
  statusSince(place: number): number {
    return this.#statusSince[place] as number;
  }

  /** See {@link restOf}. */
  rest(place: number): number {
    return this.#rests[place] as number;
  }

  put(place: number, row: JobRow): void {
    while (place >= this.#passes.length) this.#grow();
    const observedAt = epochMs(row.observed_at);
    this.#passes[place] = this.#pass;
    this.#statuses[place] = numberOfStatus(row.status);
    this.#createdAt[place] = row.created_at === null ? Number.NaN : epochMs(row.created_at);
    this.#observedAt[place] = observedAt;
    this.#firstSeenAt[place] = row.first_seen_at ? epochMs(row.first_seen_at) : observedAt;
    this.#statusSince[place] = row.status_since ? epochMs(row.status_since) : observedAt;
    this.#rests[place] = restOf(row);
  }

  #grow(): void {
    this.#passes = grown(this.#passes);
    this.#statuses = grown(this.#statuses);
    this.#createdAt = grown(this.#createdAt);
    this.#observedAt = grown(this.#observedAt);
    this.#firstSeenAt = grown(this.#firstSeenAt);
    this.#statusSince = grown(this.#statusSince);
    this.#rests = grown(this.#rests);
  }
}

/** A hash of the fields that a change has from the row in which the job was last seen, and that are compared nowhere else. */
export function restOf(row: JobRow | ChangeRow): number {
  const { job_id, job_arn, target_selection, last_updated_at, completed_at } = row;
  return hash(JSON.stringify([job_id, job_arn, target_selection, last_updated_at, completed_at]));
}

/** The identity of a row's job; `undefined` where it has none. */
export function identityOf({ job_id, job_arn }: JobRow | ChangeRow): string | undefined {
  return jobIdentity(job_id, job_arn);
}

function numberOfStatus(status: string | null): number {
  const known = numbersOfStatuses.get(status);
  if (known !== undefined) return known;
  numbersOfStatuses.set(status, statuses.length);
  return statuses.push(status) - 1;
}

/** 53 bits: FNV-1a in two lanes, mixed at the end. */
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

function grown<T extends Uint32Array | Float64Array>(array: T): T {
  const larger = new (array.constructor as new (length: number) => T)(array.length * 2);
  larger.set(array);
  return larger;
}
