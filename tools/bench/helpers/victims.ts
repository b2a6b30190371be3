import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { descendantsOf, textOf } from '../../processes/descendants.ts';

/** What is killed; the worker is what the callers wait for. */
export const victims = ['backend', 'panel', 'plugin', 'PostgreSQL'] as const;
export type Victim = (typeof victims)[number];

const commandLines: Readonly<Record<Exclude<Victim, 'PostgreSQL'>, RegExp>> = {
  backend: /apps\/backend\/main\.mjs/,
  panel: /^next-server|server\.js/,
  plugin: /runner\.mjs/,
};

const postmasterOf = (dataDirectory: string): readonly string[] => {
  const folder = path.join(dataDirectory, 'database');
  const file = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((name) =>
    name.endsWith('postmaster.pid'),
  );
  return file === undefined ? [] : [readFileSync(path.join(folder, file), 'utf8').split('\n')[0] ?? ''];
};

const idsOf = (victim: Victim, dataDirectory: string): readonly string[] => {
  if (victim === 'PostgreSQL') return postmasterOf(dataDirectory);
  return descendantsOf(String(process.pid)).filter((pid) => commandLines[victim].test(textOf(`/proc/${pid}/cmdline`)));
};

/** Kills all of this kind that this process runs, with SIGKILL. Answers whether there was one. */
export const kill = (victim: Victim, dataDirectory: string): boolean => {
  try {
    const ids = idsOf(victim, dataDirectory).map(Number);
    for (const id of ids) process.kill(id, 'SIGKILL');
    return ids.length > 0;
  } catch {
    return false; // it ended in between
  }
};
