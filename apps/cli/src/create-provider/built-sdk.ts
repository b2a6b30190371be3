import { readdirSync } from 'node:fs';
import path from 'node:path';
import { CommandProblem, exitCodes } from '@secret-store/command-line';

/** Of this repository, as seen from a command that is built to `dist/apps/cli`. */
export const checkout = path.resolve(import.meta.dirname, '../../..');

export interface BuiltSdk {
  readonly directory: string;
  /** as npm packs it */
  readonly tarball: string;
}

/** @throws {CommandProblem} when it is not built */
export const builtSdk = (): BuiltSdk => {
  const packages = path.join(checkout, 'dist/packages');
  const file = readdirSync(packages, { encoding: 'utf8' }).find((name) =>
    /^secret-store-provider-sdk-.*\.tgz$/.test(name),
  );
  if (file === undefined) {
    throw new CommandProblem(
      exitCodes.failed,
      `the SDK is not built: run npx nx run provider-sdk:build in ${checkout}`,
    );
  }
  return { directory: path.join(packages, 'provider-sdk'), tarball: path.join(packages, file) };
};
