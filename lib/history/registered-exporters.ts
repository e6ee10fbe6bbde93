import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { UsageError } from '../config/errors.ts';
import type { RegisteredExporter } from './history.ts';
import type { Projected } from './history-tables.ts';
import { describePlace, isSame, placeOf } from './place.ts';
import type { Writers } from './writers.ts';

/** What a history is given besides what its exporters tell it. */
export interface GivenToHistory {
  /** Exports by name, before those of the exporters. */
  readonly exportNames: readonly string[];
  /** Exports of before, after all others. */
  readonly retiredExports: readonly string[];
  /** Accounts. */
  readonly accountIds: readonly string[];
  /** Regions. */
  readonly regions: readonly string[];
  /** Who may write. */
  readonly writers: Writers;
}

/** The exporters of the app that write to a history: what they export is in sight of its queries. */
export class RegisteredExporters {
  private readonly exporters: RegisteredExporter[] = [];
  private readonly history: Construct;
  private readonly given: GivenToHistory;

  constructor(history: Construct, given: GivenToHistory) {
    this.history = history;
    this.given = given;
    history.node.addValidation({ validate: () => [...this.withoutExport(), ...this.mayNotWrite()] });
  }

  /**
   * Adds an exporter, whose stack is deployed after the history's.
   *
   * @throws UsageError where one of the two environments is not known
   */
  add(exporter: RegisteredExporter): void {
    refuseMixedEnvironments(this.history, exporter);
    this.exporters.push(exporter);
    if (Stack.of(exporter.construct) !== Stack.of(this.history)) exporter.construct.node.addDependency(this.history);
  }

  /** What a query has to look for: what was given, then what the exporters say. */
  projected(): Projected {
    const { exportNames, retiredExports, accountIds, regions, writers } = this.given;
    const own = placeOf(this.history);
    const accounts = [...accountIds, ...this.exporters.map(({ account }) => account), ...(writers.accountIds ?? [])];
    const allRegions = [...regions, ...this.exporters.map(({ region }) => region)];
    const names = [...exportNames, ...this.exporters.flatMap((exporter) => exporter.exportNames), ...retiredExports];
    return {
      accountIds: unique(accounts.length > 0 ? accounts : [own.account]),
      regions: unique(allRegions.length > 0 ? allRegions : [own.region]),
      exportNames: unique(names),
    };
  }

  private withoutExport(): string[] {
    if (this.projected().exportNames.length > 0) return [];
    return [
      `${this.history.node.path} must have an export, or no query would see anything; got none: give it to an ` +
        'IotJobsExporter of this app, or name the exports of other apps in exportNames',
    ];
  }

  private mayNotWrite(): string[] {
    const { organizationId, accountIds = [] } = this.given.writers;
    if (organizationId) return [];
    const own = placeOf(this.history).account;
    const strangers = this.exporters.filter(({ account }) => !isSame(account, own) && !accountIds.includes(account));
    return strangers.map(
      ({ construct, account }) =>
        `${this.history.node.path} must let account ${account} write, in which ${construct.node.path} is: add it to ` +
        'writers.accountIds, or give writers.organizationId',
    );
  }
}

function refuseMixedEnvironments(history: Construct, { construct, account, region }: RegisteredExporter): void {
  const own = placeOf(history);
  const mixed = [
    [own.account, account],
    [own.region, region],
  ].some(([one, other]) => Token.isUnresolved(one) !== Token.isUnresolved(other));
  if (!mixed) return;
  throw new UsageError(
    `${construct.node.path} and its history ${history.node.path} must both be in stacks with env, or both without; got ` +
      `${describePlace({ account, region })} and ${describePlace(own)}: give account and Region to the env of both`,
  );
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
