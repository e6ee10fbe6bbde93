import { isTimestamp } from '../contract/is-timestamp.ts';
import type { OddField } from '../ports.ts';

/** Epoch milliseconds of the years 0 to 9999, which a timestamp column can hold. */
const MIN_TIME = -62_167_219_200_000;
const MAX_TIME = 253_402_300_799_999;
/** Maximum of characters of a value in a message. */
const MAX_SHOWN = 100;

const MINUTE = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})(:\d{2})?Z?$/;

type Structure = Readonly<Record<string, unknown>>;

/**
 * Reads the fields of a job in an answer of AWS IoT. A field of another type than documented is left out and reported in
 * {@link oddFields}. Absent and `null` are the same.
 */
export class AnswerFields {
  readonly #structure: Structure;
  /** Path of the structure within the job, with a dot at its end: `schedulingConfig.`. */
  readonly #path: string;
  readonly #job: AnswerFields;
  #oddFields: OddField[] | undefined;

  constructor(structure: Structure, path = '', job?: AnswerFields) {
    this.#structure = structure;
    this.#path = path;
    this.#job = job ?? this;
  }

  /** Fields of the job that were left out so far, nested ones included. */
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

  /** A whole number, 0 or more. */
  count(field: string): number | undefined {
    const value = this.#structure[field];
    return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : this.#leaveOut(field, value);
  }

  /** Epoch milliseconds from a number of seconds, whose fraction has milliseconds. */
  epochMs(field: string): number | undefined {
    const value = this.#structure[field];
    const ms = typeof value === 'number' ? Math.round(value * 1000) : Number.NaN;
    return ms >= MIN_TIME && ms <= MAX_TIME ? ms : this.#leaveOut(field, value);
  }

  /** Epoch milliseconds from a text such as `2026-12-01 03:15`, in UTC. */
  minuteText(field: string): number | undefined {
    const value = this.#structure[field];
    const [, date, minute, seconds = ':00'] = (typeof value === 'string' && MINUTE.exec(value)) || [];
    const time = `${minute}${seconds}.000`;
    return isTimestamp(`${date} ${time}`) ? Date.parse(`${date}T${time}Z`) : this.#leaveOut(field, value);
  }

  /** A list of texts. With any other element the whole list is left out, because a part would look complete. */
  texts(field: string): readonly string[] | undefined {
    const value = this.#structure[field];
    const isDocumented = Array.isArray(value) && value.every((element) => typeof element === 'string');
    return isDocumented ? value : this.#leaveOut(field, value);
  }

  /** The fields of a nested structure; without fields when it is absent. */
  structure(field: string): AnswerFields {
    const value = this.#structure[field];
    if (isStructure(value)) return this.#nested(field, value);
    this.#leaveOut(field, value);
    return this.#nested(field, {});
  }

  /** A list of structures. With any other element the whole list is left out. */
  structures(field: string): readonly AnswerFields[] | undefined {
    const value = this.#structure[field];
    if (!Array.isArray(value) || !value.every(isStructure)) return this.#leaveOut(field, value);
    return value.map((element: Structure) => this.#nested(field, element));
  }

  #nested(field: string, structure: Structure): AnswerFields {
    return new AnswerFields(structure, `${this.#path}${field}.`, this.#job);
  }

  #leaveOut(field: string, value: unknown): undefined {
    if (value == null) return;
    const { jobId, jobArn } = this.#job.#structure;
    const [job] = [jobId, jobArn].filter((name) => typeof name === 'string');
    this.#job.#oddFields ??= [];
    this.#job.#oddFields.push({ job, field: `${this.#path}${field}`, value: jsonExcerpt(value) });
  }
}

/** The fields of a job that both ListJobs and DescribeJob return. */
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

/** @throws SyntaxError when the value is not a structure */
export function structureOf(value: unknown, operation: string, name: string): Structure {
  if (!isStructure(value)) throw unexpectedValue(operation, name, value);
  return value;
}

export function unexpectedValue(operation: string, name: string, value: unknown): SyntaxError {
  return new SyntaxError(`${operation} answered with ${name} = ${jsonExcerpt(value)}`);
}

function isStructure(value: unknown): value is Structure {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON has no `undefined`, which is an absent field. */
function jsonExcerpt(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, MAX_SHOWN);
}
