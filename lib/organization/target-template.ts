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

/** Properties for targetTemplate. */
export interface TargetTemplateProps {
  /** The hub, which has the history. */
  readonly hub: Hub;
  /**
   * Options of the hub's history that its writers need.
   *
   * @default - none
   */
  readonly historyOptions?: Pick<HistoryOptions, 'retiredKeys' | 'objectLock'>;
  /** Options of every exporter, with its exports. */
  readonly options: ExporterOptions;
  /**
   * Source of the function: CommonJS that exports `handler`, since inline code is an index.js without a package.json.
   *
   * @default - the bundle that comes with this package
   */
  readonly source?: string;
  /**
   * Prefix of names that must be unique in an account and Region, the same as that of the hub's stack, so that there can be
   * stacks of two hubs.
   *
   * @default - none
   */
  readonly stackPrefix?: string;
  /**
   * Changes the stack before its template is made, such as to acknowledge findings of scanners.
   *
   * @default - the stack is not changed
   */
  readonly prepare?: (stack: IotJobsTargetStack) => void;
}

/** Id of the stack, which is part of the names of its state machine and saved queries. */
const STACK_ID = 'IotJobsExporterTarget';

/**
 * Context that overrides that of the scope's app. The first three would add metadata to the template, which must be the same
 * everywhere. The last one would repeat warnings of the scope's app.
 */
const CONTEXT_OVERRIDES: Readonly<Record<string, unknown>> = {
  'aws:cdk:enable-path-metadata': false,
  'aws:cdk:enable-asset-metadata': false,
  'aws:cdk:version-reporting': false,
  '@aws-cdk/core:annotationsInValidationReport': false,
};

/**
 * Makes the template of an exporter for any account and Region, without bootstrap and parameters, and with the function's code
 * inline. A StackSet must get it by URL, since it has more than the 51,200 bytes of a template body.
 *
 * The result is JSON, the same for the same input. The stack is made in an app of its own, with the context of the scope's
 * app, where it would be deployed. Its warnings are added to the scope.
 *
 * @throws UsageError where the template has more than 1 MB, or the bundle has not been built
 */
export function targetTemplate(scope: Construct, props: TargetTemplateProps): string {
  const { hub, historyOptions, options, source = bundledSource(), stackPrefix = '', prepare } = props;
  const outdir = mkdtempSync(join(tmpdir(), 'target-template-'));
  try {
    const app = new App({ outdir, autoSynth: false, treeMetadata: false });
    // getAllContext() is not in the oldest supported version of constructs.
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
    // The advice in this warning does not apply. A template that is too large is refused below.
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

/** Copies warnings and errors of the stack to the scope, but no information, such as its costs. */
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
 * Refuses a template that is too large. The limit of inline code, 4 MB zipped, needs no check, since the code is part of the
 * template. Source: AWS CloudFormation Template Reference Guide, "AWS::Lambda::Function Code", ZipFile.
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
