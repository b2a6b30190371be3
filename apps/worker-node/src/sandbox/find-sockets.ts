import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { resolvedPath } from './resolved-path.ts';

/**
 * The sockets and named pipes by which services of this machine take orders, resolved. `/proc/net/unix` lists sockets
 * under the names that they were bound to. Some were renamed since, and others are of another network namespace, so
 * whatever lies beside a listed one counts too, and what lies in `folders`.
 */
export const findSockets = (folders: readonly string[]): string[] => {
  const listed = listedSockets();
  const found = new Set<string>();
  for (const file of listed) {
    const resolved = resolvedPath(file);
    if (resolved !== null) found.add(resolved);
  }
  const beside = [...listed, ...found].map((file) => path.dirname(file));
  for (const folder of new Set([...beside, ...folders])) {
    for (const file of socketsIn(folder)) found.add(file);
  }
  return [...found];
};

/** After seven columns, which hold no spaces, comes the name. An abstract one begins with @. */
const line = /^(?:\S+ +){6}\d+ (?<name>\/.*)$/;

const listedSockets = (): string[] => {
  try {
    return [
      ...new Set(
        readFileSync('/proc/net/unix', 'utf8')
          .split('\n')
          .map((text) => line.exec(text)?.groups?.name)
          .filter((name) => name !== undefined),
      ),
    ];
  } catch {
    return []; // no /proc: then the sandbox cannot be made either
  }
};

const socketsIn = (folder: string): string[] => {
  const resolved = resolvedPath(folder);
  if (resolved === null) return [];
  try {
    return readdirSync(resolved, { withFileTypes: true })
      .filter((entry) => entry.isSocket() || entry.isFIFO())
      .map(({ name }) => path.join(resolved, name));
  } catch {
    return []; // closed to us, and so to the command
  }
};
