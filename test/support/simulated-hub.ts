import { checkExports } from '../../hub/core/check-exports.ts';
import { TooManyKeysError } from '../../hub/errors.ts';
import type { Look, LookPorts, ProjectedTable, StackInstance } from '../../hub/ports.ts';
import type { SnapshotRecord } from '../../lambda/contract/columns.ts';
import type { ExportHealthRow, HealthEvent } from '../../lambda/contract/health.ts';
import { jobsKey, recordKey, type SnapshotIdentity, snapshotId } from '../../lambda/contract/keys.ts';
import { timestamp } from '../../lambda/core/timestamp.ts';
import { StoreUnavailableError } from '../../lambda/errors.ts';
import { FakeClock } from './fake-clock.ts';
import { MINIMAL_RECORD } from './minimal-record.ts';

/** An account, Region and export of tests. */
export const PLACE = { accountId: '111122223333', region: 'eu-west-1', exportName: 'all' };

/** A snapshot of an export at a time. */
export function at(time: string | number, place: Partial<typeof PLACE> = {}): SnapshotIdentity {
  return { ...PLACE, ...place, scheduledAt: typeof time === 'number' ? time : Date.parse(time) };
}

/** The record of a snapshot, hourly and of an account as a whole. */
export function recordOf(of: SnapshotIdentity, own: Partial<SnapshotRecord> = {}): SnapshotRecord {
  return {
    snapshot_id: snapshotId(of),
    snapshot_at: timestamp(of.scheduledAt),
    started_at: timestamp(of.scheduledAt + 1000),
    finished_at: timestamp(of.scheduledAt + 9000),
    job_count: 0,
    listings: [],
    object_key: jobsKey(of),
    object_bytes: 20,
    object_sha256: '0'.repeat(64),
    exporter_version: '0.1.0',
    ...MINIMAL_RECORD,
    unlinked_reason: 'FIRST',
    schedule: { expression: 'cron(0 * * * ? *)', time_zone: 'UTC' },
    ...own,
  };
}

/** The hub's surroundings in memory. */
export class HubWorld {
  readonly clock: FakeClock;
  /** Texts by key. */
  readonly objects = new Map<string, string>();
  /** The object at the key of the look, with its version. */
  stored: { text: string; version: string } | undefined;
  instances: readonly StackInstance[] | Error = [];
  readonly tables = new Map<string, Record<string, string>>();
  /** Calls as text, such as `folders snapshots/`. */
  readonly calls: string[] = [];
  /** Calls that fail: those whose text contains this. */
  failing: string | undefined;
  /** Keys that listings gave. */
  keysTaken = 0;
  #version = 0;

  constructor(now: string) {
    this.clock = new FakeClock(now);
    for (const name of ['jobs', 'changes', 'job_details', 'snapshots']) {
      const enums = ['account_id', 'region', 'export_name'].map((column) => [`projection.${column}.type`, 'enum']);
      this.tables.set(name, { ...Object.fromEntries(enums), 'projection.dt.type': 'date' });
    }
  }

  put(of: SnapshotIdentity, own?: Partial<SnapshotRecord>): void {
    this.objects.set(recordKey(of), `${JSON.stringify(recordOf(of, own))}\n`);
  }

  /** Sets the time of day. */
  goTo(time: string): void {
    this.clock.set(Date.parse(time));
  }

  async look(event: HealthEvent, own: Partial<LookPorts> = {}): Promise<Look> {
    return await checkExports({ ...this.ports(), ...own }, event);
  }

  /** The one row of the stored look. */
  row(): ExportHealthRow {
    const rows = this.rows();
    expect(rows).toHaveLength(1);
    return rows[0] as ExportHealthRow;
  }

  rows(): ExportHealthRow[] {
    return (this.stored?.text ?? '').split('\n').flatMap((line) => (line ? [JSON.parse(line) as ExportHealthRow] : []));
  }

  ports(): LookPorts {
    const call = (text: string) => {
      this.calls.push(text);
      if (this.failing !== undefined && text.includes(this.failing)) throw new StoreUnavailableError(`${text} failed`);
    };
    const taken = () => {
      this.keysTaken += 1;
    };
    const keysBelow = (prefix: string) => [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
    return {
      clock: this.clock,
      keys: {
        folders: async (prefix, most) => {
          call(`folders ${prefix}`);
          const names = keysBelow(prefix).map((key) => key.slice(prefix.length).split('/'));
          const found = [...new Set(names.flatMap(([name = '', ...rest]) => (rest.length > 0 ? [name] : [])))];
          if (found.length > most) throw new TooManyKeysError(prefix, most);
          return found;
        },
        keys: async function* (prefix, after = '') {
          call(`keys ${prefix}`);
          for (const key of keysBelow(prefix).filter((one) => one > after)) {
            taken();
            yield key;
          }
        },
        readRecord: async (of) => {
          call(`record ${recordKey(of)}`);
          return this.objects.get(recordKey(of)) as string;
        },
      },
      health: {
        read: async () => {
          call('health read');
          return this.stored;
        },
        put: async (text, over) => {
          call('health put');
          if (over !== this.stored?.version) return false;
          this.#version += 1;
          this.stored = { text, version: String(this.#version) };
          return true;
        },
      },
      instances: {
        list: async () => {
          if (this.instances instanceof Error) throw this.instances;
          return this.instances;
        },
      },
      tables: {
        read: async (name): Promise<ProjectedTable> => {
          call(`table ${name}`);
          const own = this.tables.get(name) as Record<string, string>;
          return {
            parameters: { ...own },
            setParameters: async (parameters) => {
              call(`update ${name}`);
              Object.assign(own, parameters);
              return true;
            },
          };
        },
      },
    };
  }
}
