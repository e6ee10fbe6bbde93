import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Annotations, App, BootstraplessSynthesizer } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import type { Construct } from 'constructs';
import type { ExporterOptions, HistoryOptions } from '../config/config.ts';
import { UsageError } from '../config/errors.ts';
import type { Hub } from '../config/hub-config.ts';
import { bundledSource } from '../exporter/bundle.ts';
import { MAX_TEMPLATE_BYTES } from '../stack-limits.ts';
import { IotJobsTargetStack } from '../target-stack.ts';

/** What the template of an organization's target is made from. */
export interface TargetTemplateProps {
  /** Where the history is. */
  readonly hub: Hub;
  /**
   * The options of the hub's history, of which its writers have to know `retiredKeys` and `objectLock`.
   *
   * @default - none
   */
  readonly historyOptions?: Pick<HistoryOptions, 'retiredKeys' | 'objectLock'>;
  /** Exports and options of every exporter. */
  readonly options: ExporterOptions;
  /**
   * The function's code, a CommonJS module that exports `handler`, for it is index.js without a package.json.
   *
   * @default - the bundle that comes with this package
   */
  readonly source?: string;
  /**
   * Beginning of the names that are the account's, as that of the hub's stack: stacks of two hubs in one account and Region
   * are not in each other's way.
   *
   * @default - none
   */
  readonly stackPrefix?: string;
  /**
   * Is given the stack before its template is made, such as to acknowledge findings of scanners.
   *
   * @default - nothing is done
   */
  readonly prepare?: (stack: IotJobsTargetStack) => void;
}

/** Id of the stack, whose name is in those of its state machine and saved queries. */
const STACK_ID = 'IotJobsExporterTarget';

/**
 * Settings of the scope's app that do not hold. The first ones write into a template who made it, and it is to be the same
 * everywhere; the last one shows warnings that the scope's app shows.
 */
const CONTEXT_OVERRIDES: Readonly<Record<string, unknown>> = {
  'aws:cdk:enable-path-metadata': false,
  'aws:cdk:enable-asset-metadata': false,
  'aws:cdk:version-reporting': false,
  '@aws-cdk/core:annotationsInValidationReport': false,
};

/**
 * The template of an exporter that knows no account and Region, and needs nothing beside it: no bootstrap, no parameters,
 * the function's code inline. For a StackSet, by its URL: it has more than the 51,200 bytes of a template body.
 *
 * JSON, the same text for the same input. It is made in an app of its own, with the context of the scope's, for a stack in
 * the scope's would be deployed with it. Warnings are the scope's.
 *
 * @throws UsageError where the template would have more than 1 MB, or the bundle has not been built
 */
export function targetTemplate(scope: Construct, props: TargetTemplateProps): string {
  const { hub, historyOptions, options, source = bundledSource(), stackPrefix = '', prepare } = props;
  const outdir = mkdtempSync(join(tmpdir(), 'target-template-'));
  try {
    const app = new App({ outdir, autoSynth: false, treeMetadata: false });
    // Not by getAllContext(), which the oldest constructs do not have.
    app.node.tryGetContext = (key) =>
      Object.hasOwn(CONTEXT_OVERRIDES, key) ? CONTEXT_OVERRIDES[key] : scope.node.tryGetContext(key);
    const stack = new IotJobsTargetStack(app, STACK_ID, {
      stackName: `${stackPrefix}${STACK_ID}`,
      hub,
      ...(historyOptions && { historyOptions }),
      options,
      code: lambda.Code.fromInline(source),
      synthesizer: new BootstraplessSynthesizer(),
    });
    // Its mend is of no use here; too large a template is refused below.
    Annotations.of(stack).acknowledgeWarning('@aws-cdk/core:Stack.templateSize');
    prepare?.(stack);
    const artifact = app.synth().getStackArtifact(stack.artifactId);
    copyWarnings(artifact, scope);
    const template = JSON.stringify(artifact.template, undefined, 1);
    refuseLargeTemplate(template, source);
    return template;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** What the exporter's constructs say, where the app shows it. Not what is for information alone: its costs, a template's. */
function copyWarnings({ messages }: CloudFormationStackArtifact, scope: Construct): void {
  for (const { level, entry } of messages) {
    const [, text, id] = /^(.*) \[ack: (.*)\]$/s.exec(String(entry.data)) ?? [];
    const annotations = Annotations.of(scope);
    if (level === 'error') annotations.addError(String(entry.data));
    else if (level === 'warning' && text && id) annotations.addWarningV2(id, text);
    else if (level === 'warning') annotations.addWarning(String(entry.data));
  }
}

/**
 * The limit of inline code, 4 MB zipped, is never reached before that of the template, of which the code is a part. Source:
 * AWS CloudFormation Template Reference Guide, "AWS::Lambda::Function Code", ZipFile.
 */
function refuseLargeTemplate(template: string, source: string): void {
  const bytes = Buffer.byteLength(template);
  if (bytes <= MAX_TEMPLATE_BYTES) return;
  throw new UsageError(
    `The template of a target must have ${MAX_TEMPLATE_BYTES} bytes at most, which is CloudFormation's limit; got ${bytes}, ` +
      `${Buffer.byteLength(JSON.stringify(source))} of them the function's code. Names of thing groups weigh most, then ` +
      'exports and their alarms: list fewer of them, turn alarms off by disabledAlarms, or export these from accounts of ' +
      'targets, whose templates do not have the code.',
  );
}
