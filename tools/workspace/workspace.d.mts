import type { ChildProcess, StdioOptions } from 'node:child_process';

export interface RunOptions {
  readonly environment?: NodeJS.ProcessEnv;
  readonly stdio?: StdioOptions;
}

/** the checkout */
export const root: string;

/** Starts a program in the checkout. */
export function begin(program: string, args: readonly string[], options?: RunOptions): ChildProcess;

/** Runs a program in the checkout; returns its exit code. */
export function run(program: string, args: readonly string[], options?: RunOptions): number;

export function nx(...args: string[]): number;
export function install(extent: { readonly everything: boolean }): number;
export function build(): number;

/** Whether what the last build made is there, unchanged, and of these sources. */
export function isBuilt(): boolean;
export function lockFile(file: string, options?: { readonly wait?: boolean }): { release(): void } | null;
