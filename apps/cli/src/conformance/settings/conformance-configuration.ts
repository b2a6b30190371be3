import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { UsageProblem } from '@secret-store/command-line';

const Pairs = z.record(z.string(), z.string());

/** The values of a file and of the command line; the command line wins. No message quotes a value. */
export const conformanceConfiguration = (
  option: 'config' | 'worker-config',
  pairs: readonly string[],
  file: string | undefined,
): Map<string, string> => {
  const configuration = new Map(file === undefined ? [] : Object.entries(readPairs(option, file)));
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) throw new UsageProblem(`--${option} takes KEY=VALUE`);
    configuration.set(pair.slice(0, at), pair.slice(at + 1));
  }
  return configuration;
};

const readPairs = (option: string, file: string): Record<string, string> => {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // the cause would quote the content
    throw new UsageProblem(`--${option}-file: ${file} cannot be read or is not JSON`);
  }
  const result = Pairs.safeParse(content);
  if (result.success) return result.data;
  const key = result.error.issues[0]?.path[0];
  throw new UsageProblem(
    key === undefined
      ? `--${option}-file: ${file} is not a JSON object with string values`
      : `--${option}-file: the value of ${String(key)} in ${file} is not a string; put it in quotes`,
  );
};
