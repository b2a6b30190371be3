import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { interfaceVersion as hostVersion } from '@secret-store/plugin-host';
import { z } from 'zod';
import { type CheckPart, failed, passed } from './check-report.ts';

const sdkPackage = '@secret-store/provider-sdk';

/** Compares the interface version of the manifest with that of the project's SDK and of this store. */
export const checkInterface = async (directory: string, declared: string): Promise<CheckPart> => {
  const name = `interface version ${declared}`;
  if (isNewer(declared, hostVersion)) {
    return failed(name, [
      `this store runs interface versions up to ${hostVersion}; lower interfaceVersion in package.json, or update the store`,
    ]);
  }
  const sdk = await sdkVersionOf(directory);
  if (sdk !== null && isNewer(declared, sdk)) {
    return failed(name, [
      `the SDK of the project is ${sdk}, which does not have it; run tools/secret-store update-sdk, or lower interfaceVersion in package.json`,
    ]);
  }
  return passed(name);
};

/** null for a project that does without the SDK. */
const sdkVersionOf = async (directory: string): Promise<string | null> => {
  try {
    const file = createRequire(path.join(directory, 'package.json')).resolve(`${sdkPackage}/package.json`);
    return z.object({ version: z.string() }).parse(JSON.parse(await readFile(file, 'utf8'))).version;
  } catch {
    return null;
  }
};

/** By major and minor: a patch adds nothing to the interface. */
const isNewer = (one: string, other: string): boolean => {
  const [major = 0, minor = 0] = one.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number);
  return major > otherMajor || (major === otherMajor && minor > otherMinor);
};
