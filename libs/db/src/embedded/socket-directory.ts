import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Beside the cluster; where that path is too long for a unix socket, in the system's temporary directory. */
export function socketDirectory(directory: string): string {
  const beside = path.join(directory, 'run');
  if (Buffer.byteLength(path.join(beside, socketName)) <= longestSocketPath) return beside;
  const name = createHash('sha256').update(directory).digest('hex').slice(0, 16);
  return path.join(tmpdir(), `secret-store-db-${process.getuid?.() ?? 0}-${name}`);
}

/** Where PostgreSQL names the process that has the socket. */
export function socketLock(socket: string): string {
  return path.join(socket, `${socketName}.lock`);
}

const socketName = '.s.PGSQL.5432';
/** sun_path without its final zero */
const longestSocketPath = process.platform === 'linux' ? 107 : 103;
