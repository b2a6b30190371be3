// `create-provider NAME [--dir DIR]`
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { CreateProblem } from './create-problem.ts';
import { createProvider } from './create-provider.ts';

const usage = 'Usage: tools/secret-store create-provider NAME [--dir DIR]\n';
const exitUsage = 64;

// built to dist/apps/cli
const checkout = path.resolve(import.meta.dirname, '../../..');
const packages = path.join(checkout, 'dist/packages');

const readArguments = () => {
  try {
    const { values, positionals } = parseArgs({ options: { dir: { type: 'string' } }, allowPositionals: true });
    const [name, ...rest] = positionals;
    return name === undefined || rest.length > 0 ? null : { name, dir: values.dir };
  } catch {
    return null;
  }
};

const packedSdk = (): string => {
  const file = readdirSync(packages).find((name) => /^secret-store-provider-sdk-.*\.tgz$/.test(name));
  if (file === undefined) throw new CreateProblem('the SDK is not built: run npx nx run provider-sdk:build in the checkout');
  return path.join(packages, file);
};

/** From a folder, unless that leads far up. */
const readablePath = (from: string, to: string): string => {
  const relative = path.relative(from, to);
  return relative.startsWith('../../../') ? to : relative || '.';
};

const asked = readArguments();
if (asked === null) {
  process.stderr.write(usage);
  process.exit(exitUsage);
}

try {
  const directory = path.resolve(asked.dir ?? path.join('providers', asked.name));
  const sdk = { directory: path.join(packages, 'provider-sdk'), tarball: packedSdk() };
  const { factoryClassName, packageName, isInstalled } = await createProvider({ name: asked.name, directory, checkout, sdk });
  const command = readablePath(directory, path.join(checkout, 'tools/secret-store'));
  process.stdout.write(`${directory}

  cd ${readablePath('', directory)}
${isInstalled ? '' : '  npm install\n'}  npm test                      the conformance suite on your source
  ${command} pack-plugin . --out .
  npm run double &              a stand-in for the vault
  ${command} conformance ${packageName}.tgz --factory ${factoryClassName} \\
    --config server_url=http://127.0.0.1:4100 access_token=double-token

docs/write-a-provider.md in the checkout leads from here to the upload.
`);
} catch (error) {
  if (!(error instanceof CreateProblem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = exitUsage;
}
