import { buildSandbox } from '../../build.mjs';
import { detectIsolation } from '../start/detect-isolation.ts';
import { type Isolation, isolationModes } from '../isolation/isolation.ts';
import type { PluginLog } from '../process/plugin-log.ts';

export const sandboxDirectory = await buildSandbox();

const full = await detectIsolation({ setting: 'strict', sandboxDirectory });

/** Each way to run a plugin. Where the full sandbox cannot run, this throws and the tests fail: install bubblewrap. */
export const isolations: readonly Isolation[] = isolationModes.map((mode) =>
  mode === full.mode ? full : { ...full, mode, warning: 'for the test' },
);

/** The full sandbox and the least of them: for what is the same in every one, such as the protocol. */
export const outermostIsolations = isolations.filter(({ mode }) => mode !== 'namespaces');

/** Collects everything that a log is given. */
export const recordingLog = (): PluginLog & { text(): string } => {
  const entries: unknown[] = [];
  const note = (...entry: unknown[]) => entries.push(entry);
  return { info: note, warn: note, text: () => JSON.stringify(entries) };
};
