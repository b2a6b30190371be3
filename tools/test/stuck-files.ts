import { readdirSync, readFileSync } from 'node:fs';
import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** Several times what the longest file takes on a slow machine. */
const usualPatience = 20 * 60_000;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
  readonly command: string;
}

const processOf = (pid: number): Process[] => {
  try {
    // proc(5): the name in parentheses may have any character
    const [, state = '', parent = ''] = /\) (\S) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return [{ pid, parent: Number(parent), state, command }];
  } catch {
    return []; // ended
  }
};

const descendants = (all: readonly Process[], of: number, depth = 1): string[] =>
  all
    .filter(({ parent }) => parent === of)
    .flatMap(({ pid, state, command }) => [
      `${'  '.repeat(depth)}${pid} ${state} ${command.slice(0, 200)}`,
      ...descendants(all, pid, depth + 1),
    ]);

/**
 * Ends the processes of test files that block: a test that waits in a synchronous call, or an import that never ends, is beyond
 * Vitest's own deadlines, and the run would never end. It fails, and names them and what their processes were doing.
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
    const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? processOf(Number(name)) : []));
    this.#vitest?.logger.error(
      [`These test files do not end: ${stuck.map(([file]) => file).join(', ')}`, ...descendants(all, process.pid)].join(
        '\n',
      ),
    );
    // files that began later end with them: the run has failed
    for (const { pid, parent, command } of all)
      if (parent === process.pid && command.includes('/vitest/dist/workers/')) process.kill(pid, 'SIGKILL');
  }
}
