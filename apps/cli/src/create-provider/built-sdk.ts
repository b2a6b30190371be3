import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CommandProblem, exitCodes } from '@secret-store/command-line';
import { z } from 'zod';

/** Of this repository, as seen from a command that is built to `dist/apps/cli`. */
export const checkout = path.resolve(import.meta.dirname, '../../..');

export interface BuiltSdk {
  readonly directory: string;
  /** as npm packs it */
  readonly tarball: string;
}

const Manifest = z.object({ version: z.string() });

/** A build of an earlier version leaves its tarball beside the new one. @throws {CommandProblem} when it is not built */
export const builtSdk = (root = checkout): BuiltSdk => {
  const packages = path.join(root, 'dist/packages');
  const directory = path.join(packages, 'provider-sdk');
  const manifest = path.join(directory, 'package.json');
  if (existsSync(manifest)) {
    const { version } = Manifest.parse(JSON.parse(readFileSync(manifest, 'utf8')));
    const tarball = path.join(packages, `secret-store-provider-sdk-${version}.tgz`);
    if (existsSync(tarball)) return { directory, tarball };
  }
  throw new CommandProblem(exitCodes.failed, `the SDK is not built: run npx nx run provider-sdk:build in ${root}`);
};
