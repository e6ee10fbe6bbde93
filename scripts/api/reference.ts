import {
  ApiDeclaredItem,
  ApiDocumentedItem,
  type ApiItem,
  ApiItemKind,
  ApiOptionalMixin,
  type ApiPackage,
} from '@microsoft/api-extractor-model';

const KINDS: readonly (readonly [kind: ApiItemKind, title: string])[] = [
  [ApiItemKind.Class, 'Classes'],
  [ApiItemKind.Function, 'Functions'],
  [ApiItemKind.Interface, 'Interfaces'],
  [ApiItemKind.TypeAlias, 'Types'],
  [ApiItemKind.Variable, 'Values'],
];

/** A comment: its text, and the text of each tag. */
interface Comment {
  readonly text: string;
  readonly tags: readonly (readonly [name: string, text: string])[];
}

/** Returns the reference page of all exports of a package, by kind and name. */
export function referenceOf(model: ApiPackage): string {
  const items = model.entryPoints.flatMap(({ members }) => members);
  const parts = KINDS.flatMap(([kind, title]) => {
    const found = items
      .filter((item) => item.kind === kind)
      .sort((a, b) => a.displayName.localeCompare(b.displayName, 'en'));
    return found.length === 0 ? [] : [`## ${title}`, ...found.map(itemText)];
  });
  return `# Reference

What the package \`iot-jobs-exporter\` exports. Written by \`npm run docs:api\` from the comments in the code. How to use it:
[library.md](library.md).

${parts.join('\n\n')}
`;
}

function itemText(item: ApiItem): string {
  const { text, tags } = commentOf(item);
  const parts = [`### ${item.displayName}`, text];
  if (item.kind === ApiItemKind.Class || item.kind === ApiItemKind.Interface) {
    const bases = /\b(extends|implements)\b[^{]*/.exec(declarationOf(item))?.[0].trim();
    if (bases) parts.push(`\`${bases}\``);
  } else parts.push(['```ts', declarationOf(item), '```'].join('\n'));
  parts.push(...tags.map(([name, of]) => `*${name}*: ${of}`));
  if (item.members.length > 0) {
    const rows = item.members.map(memberRow);
    parts.push(['| | type | |', '|---|---|---|', ...rows].join('\n'));
  }
  return parts.filter(Boolean).join('\n\n');
}

function memberRow(member: ApiItem): string {
  const { text, tags } = commentOf(member);
  const declaration = declarationOf(member);
  const isCall = member.kind === ApiItemKind.Method || member.kind === ApiItemKind.Constructor;
  const type = isCall
    ? declaration.slice(declaration.indexOf('(')).replace(/;$/, '')
    : declaration.replace(/^(static |readonly |get )*[\w$]+(\(\))?\??: /, '').replace(/;$/, '');
  const name = member.kind === ApiItemKind.Constructor ? 'constructor' : member.displayName;
  const isOptional = ApiOptionalMixin.isBaseClassOf(member) && member.isOptional;
  const description = [text, ...tags.map(([tag, of]) => `*${tag}*: ${of}`)].filter(Boolean).join('<br>');
  return `| ${isOptional ? `${name}?` : name} | \`${cell(type)}\` | ${cell(description)} |`;
}

function declarationOf(item: ApiItem): string {
  const text = item instanceof ApiDeclaredItem ? item.excerpt.text : '';
  return text.replace(/^export (declare )?/, '').trim();
}

function cell(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');
}

/** Parses the comment from its text, because the model keeps only some of the JSDoc tags. */
function commentOf(item: ApiItem): Comment {
  const written = item instanceof ApiDocumentedItem ? (item.tsdocComment?.emitAsTsdoc() ?? '') : '';
  const lines = written
    .replace(/^\/\*\*|\*\/\s*$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd());
  const [text = '', ...tags] = lines.join('\n').split(/^@(?=[a-z])/m);
  return {
    text: plain(text),
    tags: tags.flatMap((tag): [string, string][] => {
      const [, name = '', of = ''] = /^(\w+)\s*([\s\S]*)$/.exec(tag) ?? [];
      return name === 'public' ? [] : [[name, plain(of)]];
    }),
  };
}

function plain(text: string): string {
  return text
    .replaceAll(/\{@link ([^}|]+?)(?:\s*\|[^}]*)?\}/g, '`$1`')
    .replaceAll(/\\([@{}<>])/g, '$1')
    .trim();
}
