import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface RunResult {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface RunningProgram {
  readonly child: ChildProcess;
  /** settles when this text has appeared on standard output */
  printed(text: string): Promise<void>;
  readonly result: Promise<RunResult>;
}

export interface ProgramOptions {
  readonly environment: Record<string, string>;
  readonly cwd?: string;
  readonly input?: Uint8Array;
}

/**
 * `exec` covers the sockets that its command would see, those of tests beside it too. Where one is removed at that moment it
 * tries again, and what bubblewrap said of the first attempt stays.
 */
const withoutNeighbours = (text: string): string =>
  text.replaceAll(/^bwrap: Can't .*\/var\/tmp\/secret-store-.*\n/gm, '');

/** Starts a Node program with only the given environment, and keeps its output. */
export const startProgram = (
  program: string,
  words: readonly string[],
  { environment, cwd, input }: ProgramOptions,
): RunningProgram => {
  const child = spawn(process.execPath, [program, ...words], { env: environment, cwd });
  const output: Buffer[] = [];
  let errors = '';
  const waiting = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    output.push(chunk);
    for (const check of waiting) check();
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  // A program that ends without reading its input is what some tests are about.
  child.stdin.on('error', () => undefined);
  if (input) child.stdin.end(input);
  const printed = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (Buffer.concat(output).includes(text)) resolve();
      };
      waiting.add(check);
      check();
      child.once('close', () => reject(new Error(`ended without printing ${text}: ${errors}`)));
    });
  const result = once(child, 'close').then(([code]: (number | null)[]) => ({
    code: code ?? null,
    stdout: Buffer.concat(output),
    stderr: withoutNeighbours(errors),
  }));
  return { child, printed, result };
};

export const runProgram = (program: string, words: readonly string[], options: ProgramOptions): Promise<RunResult> =>
  startProgram(program, words, { input: new Uint8Array(), ...options }).result;
