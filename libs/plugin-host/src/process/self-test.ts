import type { Isolation } from '../isolation/isolation.ts';
import { defaultLimits } from './limits.ts';
import { SandboxProcess } from './sandbox-process.ts';

const source = Buffer.from('export class SelfTest { create() { throw new Error(); } }');
const silent = { info: () => {}, warn: () => {} };

/** Whether a plugin starts in this isolation: the real command, the real runner, an empty module. */
export const runSelfTest = async (isolation: Isolation, sandboxDirectory: string): Promise<boolean> => {
  const process = new SandboxProcess({
    providerId: 'self-test',
    source,
    destinations: [],
    isolation,
    sandboxDirectory,
    limits: defaultLimits,
    log: silent,
  });
  try {
    await process.start({ factoryClassName: 'SelfTest', configurationKeys: [], create: false }, new Map());
    return true;
  } catch {
    return false;
  } finally {
    await process.close();
  }
};
