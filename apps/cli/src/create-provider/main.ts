import path from 'node:path';
import { onlyArgument, parseWords } from '@secret-store/command-line';
import { runProgram } from '../run-program.ts';
import { builtSdk, checkout } from './built-sdk.ts';
import { createProvider } from './create-provider.ts';
import { shellPath } from './shell-path.ts';

await runProgram('create-provider', async (words) => {
  const { values, positionals } = parseWords({
    args: words,
    allowPositionals: true,
    options: { dir: { type: 'string' } },
  });
  const name = onlyArgument('NAME', positionals);
  const directory = path.resolve(values.dir ?? path.join('providers', name));
  const { factoryClassName, packageName, isInstalled } = await createProvider({
    name,
    directory,
    checkout,
    sdk: builtSdk(),
  });
  const command = shellPath(directory, path.join(checkout, 'tools/secret-store'), checkout);
  process.stdout.write(`${directory}

Next steps:

  cd ${shellPath(process.cwd(), directory, checkout)}
${isInstalled ? '' : '  npm install\n'}  npm test                      # the conformance suite on your source
  ${command} check .
  ${command} pack-plugin . --out . --source-map
  npm run double &              # a stand-in for the vault
  ${command} conformance ${packageName}.tgz --factory ${factoryClassName} \\
    --show-errors --config server_url=http://127.0.0.1:4100 access_token=double-token

${path.join(checkout, 'docs/write-a-provider.md')} explains each step, up to the upload.
`);
  return 0;
});
