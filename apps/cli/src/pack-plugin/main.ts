import path from 'node:path';
import { PluginModuleError } from '@secret-store/plugin-host';
import { CommandProblem, exitCodes, onlyArgument, parseWords } from '@secret-store/command-line';
import { readSigningKey } from '../create-signing-key/signing-key.ts';
import { runProgram } from '../run-program.ts';
import { sandboxDirectory } from '../sandbox-directory.ts';
import { packPlugin } from './pack-plugin.ts';

// built to dist/apps/cli
const defaultOutDirectory = path.join(import.meta.dirname, '../../plugins');

await runProgram('pack-plugin', async (words) => {
  const { values, positionals } = parseWords({
    args: words,
    allowPositionals: true,
    options: { out: { type: 'string' }, sign: { type: 'string' }, 'source-map': { type: 'boolean', default: false } },
  });
  const { file, sha256, signatureFile, sourceMapFile } = await packPlugin({
    directory: path.resolve(onlyArgument('DIR', positionals)),
    outDirectory: path.resolve(values.out ?? defaultOutDirectory),
    signingKey: values.sign === undefined ? undefined : await readSigningKey(values.sign),
    withSourceMap: values['source-map'],
    sandboxDirectory,
    onProgress: (line) => process.stderr.write(`${line}\n`),
  }).catch((error: unknown) => {
    if (!(error instanceof PluginModuleError)) throw error;
    throw new CommandProblem(
      exitCodes.invalidData,
      `the store would refuse this module (rule ${error.rule}): ${error.message}`,
      { cause: error },
    );
  });
  process.stdout.write(`${file}\nsha256 ${sha256}\n`);
  if (sourceMapFile !== null) process.stdout.write(`source map ${sourceMapFile}\n`);
  if (signatureFile !== null) process.stdout.write(`signature ${signatureFile}\n`);
  return 0;
});
