import type { Reporter, TestModule, Vitest } from 'vitest/node';
import { descendantsOf, textOf } from '../processes/descendants.ts';

/** Several times what the longest file takes on a slow machine. */
const usualPatience = 20 * 60_000;

/** One line: its id, its state as in proc(5), and its command. */
const describeProcess = (pid: string): string => {
  const state = /^State:\t(.*)$/m.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 'ended';
  return `  ${pid} ${state} ${commandOf(pid).slice(0, 200)}`;
};

const commandOf = (pid: string): string => textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');

/**
 * Ends the processes of test files that block: a test that waits in a synchronous call, or an import that never ends, is beyond
 * Vitest's own deadlines, and the run would never end. Instead it fails, and names the files and what their processes do.
 */
export default class StuckFiles implements Reporter {
  readonly #running = new Map<string, number>();
  readonly #patience: number;
  #vitest: Vitest | null = null;
  #timer: NodeJS.Timeout | undefined;

  /** @param patience how long a file may take, in milliseconds */
  constructor({ patience = usualPatience } = {}) {
    this.#patience = patience;
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
    this.#timer = setInterval(() => this.#look(), this.#patience / 20);
  }

  onTestModuleQueued(file: TestModule): void {
    this.#running.set(file.relativeModuleId, Date.now());
  }

  onTestModuleEnd(file: TestModule): void {
    this.#running.delete(file.relativeModuleId);
  }

  onTestRunEnd(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const stuck = [...this.#running].filter(([, since]) => Date.now() - since > this.#patience);
    if (stuck.length === 0) return;
    const processes = descendantsOf(`${process.pid}`);
    this.#vitest?.logger.error(
      [
        `These test files do not end: ${stuck.map(([file]) => file).join(', ')}. Their processes, and what they started:`,
        ...processes.map(describeProcess),
      ].join('\n'),
    );
    // files that began later end with them: the run has failed
    for (const pid of processes)
      if (commandOf(pid).includes('/node_modules/vitest/dist/workers/')) process.kill(Number(pid), 'SIGKILL');
  }
}
