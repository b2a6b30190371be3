import type { Isolation } from '../isolation/isolation.ts';
import { errorIn } from '../calls/answer-error.ts';
import { defaultLimits } from '../isolation/plugin-limits.ts';
import { SandboxProcess } from '../process/sandbox-process.ts';

/** Looks whether it is among the first processes of its namespace, and whether any network leads out. */
const source = Buffer.from(`
import os from 'node:os';
const leadsOut = Object.values(os.networkInterfaces()).flat().some((one) => !one.internal);
if (leadsOut || process.pid > 9) throw new Error();
export class SelfTest { create() { throw new Error(); } }
`);
const silent = { info: () => {}, warn: () => {} };

/** Whether a plugin starts behind these namespaces: the real command, the real runner, a module that looks around. */
export const runSelfTest = async (isolation: Isolation, sandboxDirectory: string): Promise<boolean> => {
  const process = new SandboxProcess({
    providerId: 'self-test',
    source,
    destinations: [],
    configured: new Set(),
    isolation,
    sandboxDirectory,
    limits: defaultLimits,
    log: silent,
  });
  try {
    const started = await process.start(
      { factoryClassName: 'SelfTest', configurationKeys: [], create: false, readsOnly: true },
      new Map(),
    );
    return errorIn(started, new Set()) === null;
  } catch {
    return false;
  } finally {
    await process.close();
  }
};
