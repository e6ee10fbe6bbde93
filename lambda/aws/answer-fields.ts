import { isTimestamp } from '../contract/is-timestamp.ts';
import type { OddField } from '../ports.ts';

/** Epoch milliseconds of the years 0 to 9999, which a timestamp column can hold. */
const MIN_TIME = -62_167_219_200_000;
const MAX_TIME = 253_402_300_799_999;
/** Text of a value, in a message at most. */
const MAX_SHOWN = 100;

const MINUTE = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})(:\d{2})?Z?$/;

type Structure = Readonly<Record<string, unknown>>;

/**
 * The fields of a job in an answer of AWS IoT. One of another type than documented is left out and kept as odd; absent and
 * `null` are the same.
 */
export class AnswerFields {
  readonly #structure: Structure;
  /** Of the structure within the job, `schedulingConfig.`. */
  readonly #path: string;
  readonly #job: AnswerFields;
  #oddFields: OddField[] | undefined;

  constructor(structure: Structure, path = '', job?: AnswerFields) {
    this.#structure = structure;
    this.#path = path;
    this.#job = job ?? this;
  }

  /** Those of the job that were left out so far, below a structure too. */
  get oddFields(): readonly OddField[] | undefined {
    return this.#job.#oddFields;
  }

  text(field: string): string | undefined {
    const value = this.#structure[field];
    return typeof value === 'string' ? value : this.#leaveOut(field, value);
  }

  boolean(field: string): boolean | undefined {
    const value = this.#structure[field];
    return typeof value === 'boolean' ? value : this.#leaveOut(field, value);
  }

  number(field: string): number | undefined {
    const value = this.#structure[field];
    return Number.isFinite(value) ? (value as number) : this.#leaveOut(field, value);
  }

  /** A whole number from 0 on. */
  count(field: string): number | undefined {
    const value = this.#structure[field];
    return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : this.#leaveOut(field, value);
  }

  /** Epoch milliseconds of a number of seconds, which has milliseconds as its fraction. */
  epochMs(field: string): number | undefined {
    const value = this.#structure[field];
    const ms = typeof value === 'number' ? Math.round(value * 1000) : Number.NaN;
    return ms >= MIN_TIME && ms <= MAX_TIME ? ms : this.#leaveOut(field, value);
  }

  /** Epoch milliseconds of a text such as `2026-12-01 03:15`, which is taken for UTC. */
  minuteText(field: string): number | undefined {
    const value = this.#structure[field];
    const [, date, minute, seconds = ':00'] = (typeof value === 'string' && MINUTE.exec(value)) || [];
    const time = `${minute}${seconds}.000`;
    return isTimestamp(`${date} ${time}`) ? Date.parse(`${date}T${time}Z`) : this.#leaveOut(field, value);
  }

  /** A list with anything else than texts is left out as a whole: a part of it would look like all. */
  texts(field: string): readonly string[] | undefined {
    const value = this.#structure[field];
    const isDocumented = Array.isArray(value) && value.every((element) => typeof element === 'string');
    return isDocumented ? value : this.#leaveOut(field, value);
  }

  /** The fields of a structure; none where it is absent. */
  structure(field: string): AnswerFields {
    const value = this.#structure[field];
    if (isStructure(value)) return this.#below(field, value);
    this.#leaveOut(field, value);
    return this.#below(field, {});
  }

  /** A list with anything else than structures is left out as a whole. */
  structures(field: string): readonly AnswerFields[] | undefined {
    const value = this.#structure[field];
    if (!Array.isArray(value) || !value.every(isStructure)) return this.#leaveOut(field, value);
    return value.map((element: Structure) => this.#below(field, element));
  }

  #below(field: string, structure: Structure): AnswerFields {
    return new AnswerFields(structure, `${this.#path}${field}.`, this.#job);
  }

  #leaveOut(field: string, value: unknown): undefined {
    if (value == null) return;
    const { jobId, jobArn } = this.#job.#structure;
    const [job] = [jobId, jobArn].filter((name) => typeof name === 'string');
    this.#job.#oddFields ??= [];
    this.#job.#oddFields.push({ job, field: `${this.#path}${field}`, value: shown(value) });
  }
}

/** What ListJobs and DescribeJob say alike of a job. */
export function summaryOf(job: AnswerFields) {
  return {
    jobArn: job.text('jobArn'),
    jobId: job.text('jobId'),
    targetSelection: job.text('targetSelection'),
    status: job.text('status'),
    createdAt: job.epochMs('createdAt'),
    lastUpdatedAt: job.epochMs('lastUpdatedAt'),
    completedAt: job.epochMs('completedAt'),
    isConcurrent: job.boolean('isConcurrent'),
  };
}

/** @throws SyntaxError when a value is no structure */
export function structureOf(value: unknown, operation: string, name: string): Structure {
  if (!isStructure(value)) throw unexpected(operation, name, value);
  return value;
}

export function unexpected(operation: string, name: string, value: unknown): SyntaxError {
  return new SyntaxError(`${operation} answered with ${name} = ${shown(value)}`);
}

function isStructure(value: unknown): value is Structure {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON has no `undefined`: that is a field which is not there. */
function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, MAX_SHOWN);
}
