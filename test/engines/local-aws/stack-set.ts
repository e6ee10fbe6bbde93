import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Account, Answer } from './account.ts';

/** The StackSet of a synthesized stack. */
export interface SynthesizedStackSet {
  /** As CloudFormation gets them, without functions. */
  readonly properties: Answer;
  /** The template that TemplateURL names, as the CDK CLI uploads it. */
  readonly template: string;
}

/**
 * The one StackSet of a stack in the assembly of the account's last run of the CDK CLI.
 *
 * @throws Error where there is none, or its properties need more than pseudo parameters
 */
export function stackSetOf(account: Account, stack: string): SynthesizedStackSet {
  const { Resources: resources } = read(account, `${stack}.template.json`);
  const found: Answer[] = Object.values(resources).filter(
    ({ Type: type }: Answer) => type === 'AWS::CloudFormation::StackSet',
  );
  const [stackSet] = found;
  if (found.length !== 1) throw new Error(`${stack} has ${found.length} StackSets`);
  const properties = resolved(stackSet.Properties, account);
  const { files } = read(account, `${stack}.assets.json`);
  const asset = files[basename(properties.TemplateURL).replace(/\..*$/, '')];
  if (!asset) throw new Error(`${stack} has no asset for ${properties.TemplateURL}`);
  return { properties, template: readFileSync(join(account.assembly, asset.source.path), 'utf8') };
}

function read({ assembly }: Account, file: string): Answer {
  return JSON.parse(readFileSync(join(assembly, file), 'utf8'));
}

/** A value of a template with its pseudo parameters filled in. */
function resolved(value: Answer, account: Account): Answer {
  if (Array.isArray(value)) return value.map((one) => resolved(one, account));
  if (typeof value !== 'object' || value === null) return value;
  const [[name, inner] = ['', undefined], ...others] = Object.entries<Answer>(value);
  if (others.length === 0 && name === 'Ref') return pseudo(inner, account);
  if (others.length === 0 && name === 'Fn::Join') return resolved(inner[1], account).join(inner[0]);
  if (others.length === 0 && name === 'Fn::Sub' && typeof inner === 'string') {
    return inner.replaceAll(/\$\{([^}]+)\}/g, (_, parameter: string) => pseudo(parameter, account));
  }
  if (name.startsWith('Fn::')) throw new Error(`A property of the StackSet needs ${name}`);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolved(one, account)]));
}

function pseudo(parameter: string, { id, region }: Account): string {
  const values: Record<string, string> = {
    'AWS::AccountId': id,
    'AWS::Partition': 'aws',
    'AWS::Region': region,
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const value = values[parameter];
  if (value === undefined) throw new Error(`A property of the StackSet needs ${parameter}`);
  return value;
}
