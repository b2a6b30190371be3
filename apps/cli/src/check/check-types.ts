import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type CheckPart, failed, passed, skipped } from './check-report.ts';

const name = 'types';
const longestList = 50;

/** Runs the project's own TypeScript compiler with its own settings. */
export const checkTypes = async (directory: string): Promise<CheckPart> => {
  if (!existsSync(path.join(directory, 'tsconfig.json'))) return skipped(name, 'there is no tsconfig.json');
  const compiler = compilerOf(directory);
  if (compiler === null)
    return failed(name, ["the project's TypeScript compiler is not installed: run npm install in its folder"]);
  const { exitCode, output } = await run(compiler, directory);
  if (exitCode === 0) return passed(name);
  const lines = output.split('\n').filter((line) => line !== '');
  const more = lines.length - longestList;
  return failed(name, [...lines.slice(0, longestList), ...(more > 0 ? [`and ${more} more lines`] : [])]);
};

const compilerOf = (directory: string): string | null => {
  try {
    return createRequire(path.join(directory, 'package.json')).resolve('typescript/bin/tsc');
  } catch {
    return null;
  }
};

const run = (compiler: string, directory: string): Promise<{ readonly exitCode: number; readonly output: string }> =>
  new Promise((resolve) => {
    const words = [compiler, '--noEmit', '--pretty', 'false', '-p', directory];
    const child = execFile(
      process.execPath,
      words,
      { cwd: directory, maxBuffer: 16 * 1024 ** 2 },
      (error, stdout, stderr) => resolve({ exitCode: error ? (child.exitCode ?? 1) : 0, output: `${stdout}${stderr}` }),
    );
  });
