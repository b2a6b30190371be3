import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { bundleBackend } from '../../../startup/testing/bundle-backend.ts';
import type { CrashPlan } from './crash-plan.ts';

export interface CrashOutcome {
  readonly acknowledged: boolean;
  readonly signal: NodeJS.Signals | null;
}

/** Runs the plan in a process of its own until that ends, however it does. */
export const runCrashingProcess = async (plan: CrashPlan): Promise<CrashOutcome> => {
  const child = await (spare ?? start());
  spare = start();
  let acknowledged = false;
  child.on('message', (message) => {
    acknowledged ||= message === 'acknowledged';
  });
  child.send(plan);
  const complaint = child.stderr === null ? '' : text(child.stderr);
  await once(child, 'close');
  if (child.signalCode === null && child.exitCode !== 0) throw new Error(`the process failed: ${await complaint}`);
  return { acknowledged, signal: child.signalCode };
};

/** The next process: it loads while the test looks at what the one before has left. */
let spare: Promise<ChildProcess> | undefined;

export const endSpareProcess = async (): Promise<void> => {
  (await spare)?.kill();
  spare = undefined;
};

const start = async (): Promise<ChildProcess> => {
  bundled ??= bundle();
  return fork(await bundled, [], { env: {}, execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
};

let bundled: Promise<string> | undefined;

/** Below node_modules, so that the bundle finds the packages that it imports. */
const bundle = (): Promise<string> => {
  const directory = fileURLToPath(new URL('../../../../../../node_modules/.cache/secret-store-tests', import.meta.url));
  const outfile = path.join(directory, `crashing-process-${process.pid}.mjs`);
  return bundleBackend(fileURLToPath(new URL('./crashing-process.ts', import.meta.url)), outfile);
};
