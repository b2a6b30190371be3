// `create-signing-key FILE`
import { PackError } from '../pack-plugin/pack-error.ts';
import { createSigningKey } from './signing-key.ts';

const exitUsage = 64;
const exitCannotCreate = 73;

const [file, ...others] = process.argv.slice(2);
if (file === undefined || file.startsWith('-') || others.length > 0) {
  process.stderr.write('Usage: tools/secret-store create-signing-key FILE\n');
  process.exit(exitUsage);
}

try {
  const trusted = await createSigningKey(file);
  process.stderr.write(`${file} is the private key: keep it to yourself. The line below is for SECRET_STORE_PLUGIN_TRUSTED_KEYS,\n`);
  process.stderr.write('a list with commas; once it is set, a store takes signed modules only.\n');
  process.stdout.write(`${trusted}\n`);
} catch (error) {
  if (!(error instanceof PackError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = exitCannotCreate;
}
