import { onlyArgument, parseWords } from '@secret-store/command-line';
import { runProgram } from '../run-program.ts';
import { createSigningKey } from './signing-key.ts';

await runProgram('create-signing-key', async (words) => {
  const { positionals } = parseWords({ args: words, allowPositionals: true });
  const file = onlyArgument('FILE', positionals);
  const trusted = await createSigningKey(file);
  process.stderr.write(`${file} holds the private key. Keep it secret.\n`);
  process.stderr.write(
    'Add the public key below to SECRET_STORE_PLUGIN_TRUSTED_KEYS, a comma-separated list. Once that is set,\n',
  );
  process.stderr.write('the store accepts signed modules only.\n');
  process.stdout.write(`${trusted}\n`);
  return 0;
});
