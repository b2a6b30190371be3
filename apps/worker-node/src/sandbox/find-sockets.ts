import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { resolvedPaths } from './resolved-path.ts';

/**
 * The sockets and named pipes by which services of this machine take orders, resolved. `/proc/net/unix` lists sockets
 * under the names that they were bound to. Some were renamed since, and others are of another network namespace, so
 * whatever lies beside a listed one counts too, and what lies in `folders`.
 * @param isSeen whether the command sees a resolved path; what it does not see is left out
 */
export const findSockets = (folders: readonly string[], isSeen: (resolved: string) => boolean): string[] => {
  const listed = listedSockets();
  const seen = (files: readonly string[]): string[] => resolvedPaths(files).filter(isSeen);
  const found = new Set(seen(listed));
  const beside = [...listed, ...found].map((file) => path.dirname(file));
  // many sockets lie in /tmp, whose list is long
  for (const folder of seen([...new Set([...beside, ...folders])])) {
    for (const file of socketsIn(folder)) if (isSeen(file)) found.add(file);
  }
  return [...found];
};

/** After seven columns, which hold no spaces, comes the name. An abstract one begins with @. */
const line = /^(?:\S+ +){6}\d+ (\/.*)$/;

const listedSockets = (): string[] => {
  try {
    return [
      ...new Set(
        readFileSync('/proc/net/unix', 'utf8')
          .split('\n')
          .map((text) => line.exec(text)?.[1])
          .filter((name) => name !== undefined),
      ),
    ];
  } catch {
    return []; // no /proc: then the sandbox cannot be made either
  }
};

const socketsIn = (folder: string): string[] => {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isSocket() || entry.isFIFO())
      .map(({ name }) => path.join(folder, name));
  } catch {
    return []; // closed to us, and so to the command
  }
};
