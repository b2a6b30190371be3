import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { bundleProgram } from '@secret-store/bundle';

const root = path.resolve(import.meta.dirname, '../../../../..');

export interface BuiltCommand {
  start(words: readonly string[], environment?: Record<string, string>): ChildProcessByStdio<null, Readable, Readable>;
  run(
    words: readonly string[],
    environment?: Record<string, string>,
  ): Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }>;
  remove(): void;
}

export type ConformanceCommand = BuiltCommand;

export const buildConformanceCommand = (): Promise<ConformanceCommand> => buildCommand('conformance');

/** The command of this source, whatever has been built before. */
export const buildCommand = async (name: 'check' | 'conformance' | 'dev'): Promise<BuiltCommand> => {
  execFileSync(process.execPath, [path.join(root, 'libs/plugin-host/build.mjs')]);
  // as deep as dist/apps/cli, so that it finds the sandbox as the command does
  const program = path.join(root, `dist/test/cli/${name}-${randomUUID()}.mjs`);
  await bundleProgram(`apps/cli/src/${name}/main.ts`, program);
  const start = (words: readonly string[], environment: Record<string, string> = {}) =>
    spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'pipe'], env: environment });
  return {
    start,
    run: async (words, environment) => {
      const child = start(words, environment);
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
      return { status: child.exitCode, stdout, stderr };
    },
    remove: () => rmSync(program),
  };
};
