// `pack-plugin DIR [--out DIR] [--sign KEYFILE]`
import path from 'node:path';
import { parseArgs } from 'node:util';
import { PluginModuleError } from '@secret-store/plugin-host';
import { PackError } from './pack-error.ts';
import { packPlugin } from './pack-plugin.ts';
import { readSigningKey } from '../create-signing-key/signing-key.ts';

const usage = 'Usage: tools/secret-store pack-plugin DIR [--out DIR] [--sign KEYFILE]\n';
const exitUsage = 64;
const exitData = 65;

const readArguments = () => {
  try {
    const options = { out: { type: 'string' }, sign: { type: 'string' } } as const;
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const [directory, ...rest] = positionals;
    return directory === undefined || rest.length > 0 ? null : { directory, ...values };
  } catch {
    return null;
  }
};

const asked = readArguments();
if (asked === null) {
  process.stderr.write(usage);
  process.exit(exitUsage);
}

try {
  const { file, sha256, signatureFile } = await packPlugin({
    directory: path.resolve(asked.directory),
    // built to dist/apps/cli
    outDirectory: path.resolve(asked.out ?? path.join(import.meta.dirname, '../../plugins')),
    signingKey: asked.sign === undefined ? undefined : await readSigningKey(asked.sign),
    onProgress: (line) => process.stderr.write(`${line}\n`),
  });
  process.stdout.write(`${file}\nsha256 ${sha256}\n`);
  if (signatureFile !== null) process.stdout.write(`signature ${signatureFile}\n`);
} catch (error) {
  if (error instanceof PluginModuleError) process.stderr.write(`an upload would refuse this (rule ${error.rule}): ${error.message}\n`);
  else if (error instanceof PackError) process.stderr.write(`${error.message}\n`);
  else throw error;
  process.exitCode = exitData;
}
