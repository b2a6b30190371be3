import { buildSandbox } from '../../build.mjs';
import { detectIsolation } from '../isolation/detect-isolation.ts';
import type { Isolation } from '../isolation/isolation.ts';
import type { PluginLog } from '../process/plugin-log.ts';

export const sandboxDirectory = await buildSandbox();

const full = await detectIsolation({ setting: 'strict', sandboxDirectory });
const fallback: Isolation = { ...full, mode: 'permission', warning: 'for the test' };

/** Both ways to run a plugin. Where the full sandbox cannot run, this throws and the tests fail: install bubblewrap. */
export const isolations: readonly Isolation[] = [full, fallback];

/** Collects everything that a log is given. */
export const recordingLog = (): PluginLog & { text(): string } => {
  const entries: unknown[] = [];
  const note = (...entry: unknown[]) => entries.push(entry);
  return { info: note, warn: note, text: () => JSON.stringify(entries) };
};
