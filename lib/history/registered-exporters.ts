import { Stack, Stage, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { UsageError } from '../config/errors.ts';
import type { RegisteredExporter } from './history.ts';
import type { Projected } from './history-tables.ts';
import { describePlace, isSame, isSameEnvironment, placeOf } from './place.ts';
import type { Writers } from './writers.ts';

/** Properties of a history that its tables and writers depend on. */
export interface HistorySettings {
  /** Names of exports of other apps. */
  readonly exportNames: readonly string[];
  /** Names of retired exports. */
  readonly retiredExports: readonly string[];
  /** Accounts of other apps' exporters. */
  readonly accountIds: readonly string[];
  /** Regions of other apps' exporters. */
  readonly regions: readonly string[];
  /** Other accounts that may write. */
  readonly writers: Writers;
  /** Whether the bucket has a name that is known in other environments. */
  readonly isBucketNamed: boolean;
}

/** The exporters of the app that write to a history, whose exports, accounts and Regions its queries see. */
export class RegisteredExporters {
  private readonly exporters: RegisteredExporter[] = [];
  private readonly history: Construct;
  private readonly settings: HistorySettings;
  private isSynthesized = false;

  constructor(history: Construct, settings: HistorySettings) {
    this.history = history;
    this.settings = settings;
    history.node.addValidation({ validate: () => [...this.exportMistakes(), ...this.writerMistakes()] });
  }

  /**
   * Adds an exporter. In the same Stage its stack is deployed after the history's. The pipeline orders the Stages.
   *
   * @throws UsageError where only one of the two environments is known, the exporter cannot refer to the bucket's name, or the
   * history has already been synthesized
   */
  add(exporter: RegisteredExporter): void {
    const { construct } = exporter;
    refuseMixedEnvironments(this.history, exporter);
    this.refuseUnknownBucket(exporter);
    this.refuseAfterSynthesis(exporter);
    this.exporters.push(exporter);
    const isOtherStack = Stack.of(construct) !== Stack.of(this.history);
    if (isOtherStack && this.isInSameStage(exporter)) construct.node.addDependency(this.history);
  }

  /**
   * Refuses a grant to an account that the bucket's policy does not let write.
   *
   * @throws UsageError that says how to correct it
   */
  refuseOtherAccount(account: string): void {
    if (!this.mayWrite(account)) throw new UsageError(this.refusedAccount(account, 'something is granted writing'));
  }

  /** Gives the values of the partitions: first those of the properties, then those of the exporters. */
  projected(): Projected {
    this.isSynthesized = true;
    const { exportNames, retiredExports, accountIds, regions, writers } = this.settings;
    const historyPlace = placeOf(this.history);
    // Exports by name may be of another app in the history's account and Region, unless accounts or Regions are named.
    const mayExportHere = exportNames.length > 0 || this.exporters.length === 0;
    const orOwn = (values: readonly string[], place: string) =>
      values.length === 0 && mayExportHere ? [place] : values;
    const accounts = [
      ...orOwn(accountIds, historyPlace.account),
      ...this.exporters.map(({ account }) => account),
      ...(writers.accountIds ?? []),
    ];
    const allRegions = [...orOwn(regions, historyPlace.region), ...this.exporters.map(({ region }) => region)];
    const names = [...exportNames, ...this.exporters.flatMap((exporter) => exporter.exportNames), ...retiredExports];
    return {
      accountIds: unique(accounts),
      regions: unique(allRegions),
      exportNames: unique(names),
    };
  }

  private refuseUnknownBucket(exporter: RegisteredExporter): void {
    const historyPlace = placeOf(this.history);
    if (this.settings.isBucketNamed || isSameEnvironment(historyPlace, exporter)) return;
    throw new UsageError(
      `${this.history.node.path} must have bucketName, for ${exporter.construct.node.path} is in another account or ` +
        `Region and cannot refer to a name that CloudFormation chooses; got ${describePlace(exporter)} and ` +
        describePlace(historyPlace),
    );
  }

  /** A pipeline synthesizes a Stage when it is added. CDK synthesizes it again only if constructs are added to that Stage. */
  private refuseAfterSynthesis(exporter: RegisteredExporter): void {
    if (!this.isSynthesized || this.isInSameStage(exporter)) return;
    throw new UsageError(
      `${exporter.construct.node.path} must be made before the Stage of ${this.history.node.path} is synthesized, or no ` +
        'query would see its exports; got a Stage that is: make all Stages first, and add them to the pipeline then',
    );
  }

  private isInSameStage({ construct }: RegisteredExporter): boolean {
    return Stage.of(construct) === Stage.of(this.history);
  }

  private exportMistakes(): string[] {
    if (this.projected().exportNames.length > 0) return [];
    return [
      `${this.history.node.path} must have an export, or no query would see anything; got none: give it to an ` +
        'IotJobsExporter of this app, or name the exports of other apps in exportNames',
    ];
  }

  private writerMistakes(): string[] {
    const refused = this.exporters.filter(({ account }) => !this.mayWrite(account));
    return refused.map(({ construct, account }) => this.refusedAccount(account, `${construct.node.path} is`));
  }

  private mayWrite(account: string): boolean {
    const { organizationId, accountIds = [] } = this.settings.writers;
    return (
      organizationId !== undefined || isSame(account, placeOf(this.history).account) || accountIds.includes(account)
    );
  }

  private refusedAccount(account: string, who: string): string {
    return (
      `${this.history.node.path} must let account ${account} write, in which ${who}: add it to writers.accountIds, or ` +
      'give writers.organizationId'
    );
  }
}

function refuseMixedEnvironments(history: Construct, { construct, account, region }: RegisteredExporter): void {
  const historyPlace = placeOf(history);
  const mixed = [
    [historyPlace.account, account],
    [historyPlace.region, region],
  ].some(([one, other]) => Token.isUnresolved(one) !== Token.isUnresolved(other));
  if (!mixed) return;
  throw new UsageError(
    `${construct.node.path} and its history ${history.node.path} must both be in stacks with env, or both without; got ` +
      `${describePlace({ account, region })} and ${describePlace(historyPlace)}: give account and Region to the env of both`,
  );
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
