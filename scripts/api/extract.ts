import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConsoleMessageId, Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { ApiModel, type ApiPackage } from '@microsoft/api-extractor-model';

export interface ExtractProps {
  readonly root: string;
  /** Folder of the package's declarations. */
  readonly types: string;
  /** Folder for intermediate files. */
  readonly folder: string;
}

export interface Api {
  readonly model: ApiPackage;
  /** The declarations. */
  readonly report: string;
  /** Messages, each with the place and the remedy. */
  readonly mistakes: string[];
}

/** Findings of the extractor that are mistakes, with remedies. Its other findings are about conventions that the project does not use. */
const MISTAKES: Readonly<Record<string, string>> = {
  'ae-undocumented': 'describe it in a comment above it',
  'ae-forgotten-export': 'export it from lib/index.ts, or do not use it in what is exported',
  'ae-unresolved-link': 'name in {@link …} what is exported',
};

/** Reads the declarations of the package's entry point. */
export function extractApi({ root, types, folder }: ExtractProps): Api {
  // The extractor reads package.json from the folder above the declarations, and accepts only declarations.
  writeFileSync(join(folder, 'package.json'), readFileSync(join(root, 'package.json')));
  const none = { logLevel: ExtractorLogLevel.None };
  const reported = { logLevel: ExtractorLogLevel.Warning, addToApiReportFile: false };
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: join(types, 'lib/index.d.ts'),
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            ...{ target: 'es2022', module: 'nodenext', moduleResolution: 'nodenext', strict: true, skipLibCheck: true },
            ...{ types: [], paths: { '*': [join(root, 'node_modules/*')] } },
          },
          files: [join(types, 'lib/index.d.ts')],
        },
      },
      apiReport: { enabled: true, reportFileName: 'report', reportFolder: folder, reportTempFolder: folder },
      docModel: { enabled: true, apiJsonFilePath: join(folder, 'api.json') },
      messages: {
        compilerMessageReporting: { default: reported },
        extractorMessageReporting: {
          default: none,
          ...Object.fromEntries(Object.keys(MISTAKES).map((id) => [id, reported])),
        },
        tsdocMessageReporting: { default: none },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, 'package.json'),
  });
  const mistakes: string[] = [];
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback(message) {
      message.handled = true;
      const { messageId, text, sourceFilePath = '', sourceFileLine, logLevel } = message;
      if (logLevel !== ExtractorLogLevel.Warning && logLevel !== ExtractorLogLevel.Error) return;
      if ((Object.values(ConsoleMessageId) as string[]).includes(messageId)) return;
      const file = sourceFilePath.replace(/^.*\/types\//, '').replace(/\.d\.ts$/, '.ts');
      mistakes.push(
        `${file}, line ${sourceFileLine} of its declarations: ${text}: ${MISTAKES[messageId] ?? messageId}`,
      );
    },
  });
  return {
    model: new ApiModel().loadPackage(join(folder, 'api.json')),
    report: reportText(readFileSync(join(folder, 'report.api.md'), 'utf8')),
    mistakes,
  };
}

function reportText(report: string): string {
  const code = report.slice(report.indexOf('```ts'));
  return `# The package's declarations

Written by \`npm run docs:api\`, for changes of the package's interface to be seen. To read: [api.md](api.md).

${code.replaceAll('\r\n', '\n').trimEnd()}
`;
}
