import { readdirSync } from 'node:fs';
import path from 'node:path';
import { CommandProblem, exitCodes, onlyArgument, parseWords } from '@secret-store/command-line';
import { runProgram } from '../run-program.ts';
import { createProvider } from './create-provider.ts';

// built to dist/apps/cli
const checkout = path.resolve(import.meta.dirname, '../../..');
const packages = path.join(checkout, 'dist/packages');

const packedSdk = (): string => {
  const file = readdirSync(packages, { encoding: 'utf8' }).find((name) =>
    /^secret-store-provider-sdk-.*\.tgz$/.test(name),
  );
  if (file === undefined) {
    throw new CommandProblem(
      exitCodes.failed,
      `the SDK is not built: run npx nx run provider-sdk:build in ${checkout}`,
    );
  }
  return path.join(packages, file);
};

/** Relative, unless that leads far up. */
const readablePath = (from: string, to: string): string => {
  const relative = path.relative(from, to);
  return relative.startsWith('../../../') ? to : relative || '.';
};

await runProgram('create-provider', async (words) => {
  const { values, positionals } = parseWords({
    args: words,
    allowPositionals: true,
    options: { dir: { type: 'string' } },
  });
  const name = onlyArgument('NAME', positionals);
  const directory = path.resolve(values.dir ?? path.join('providers', name));
  const sdk = { directory: path.join(packages, 'provider-sdk'), tarball: packedSdk() };
  const { factoryClassName, packageName, isInstalled } = await createProvider({ name, directory, checkout, sdk });
  const command = readablePath(directory, path.join(checkout, 'tools/secret-store'));
  process.stdout.write(`${directory}

Next steps:

  cd ${readablePath('', directory)}
${isInstalled ? '' : '  npm install\n'}  npm test                      # the conformance suite on your source
  ${command} pack-plugin . --out .
  npm run double &              # a stand-in for the vault
  ${command} conformance ${packageName}.tgz --factory ${factoryClassName} \\
    --config server_url=http://127.0.0.1:4100 access_token=double-token

${path.join(checkout, 'docs/write-a-provider.md')} explains each step, up to the upload.
`);
  return 0;
});
