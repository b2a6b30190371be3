// `pack-plugin DIR [--out DIR]`
import path from 'node:path';
import { parseArgs } from 'node:util';
import { PluginModuleError } from '@secret-store/plugin-host';
import { PackError } from './pack-error.ts';
import { packPlugin } from './pack-plugin.ts';

const usage = 'Usage: tools/secret-store pack-plugin DIR [--out DIR]\n';
const exitUsage = 64;
const exitData = 65;

const readArguments = () => {
  try {
    const { values, positionals } = parseArgs({ options: { out: { type: 'string' } }, allowPositionals: true });
    const [directory, ...rest] = positionals;
    return directory === undefined || rest.length > 0 ? null : { directory, out: values.out };
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
  // built to dist/tools
  const outDirectory = path.resolve(asked.out ?? path.join(import.meta.dirname, '../plugins'));
  const { file, sha256 } = await packPlugin({ directory: path.resolve(asked.directory), outDirectory });
  process.stdout.write(`${file}\nsha256 ${sha256}\n`);
} catch (error) {
  if (!(error instanceof PackError) && !(error instanceof PluginModuleError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = exitData;
}
