import { closeSync, openSync } from 'node:fs';
import path from 'node:path';

const fileName = 'worker.sock';
/** `sun_path` of unix(7) has 108 bytes, of which one is the end. macOS has 104. */
const pathBytesMaximum = 103;

export interface SocketAddress {
  readonly path: string;
  release(): void;
}

/** A path short enough for a socket address, however deep the folder lies: through a descriptor of the folder. */
export const socketAddress = (directory: string): SocketAddress => {
  const full = path.join(directory, fileName);
  if (Buffer.byteLength(full) <= pathBytesMaximum) return { path: full, release: () => undefined };
  const descriptor = openSync(directory, 'r');
  return { path: `/proc/self/fd/${descriptor}/${fileName}`, release: () => closeSync(descriptor) };
};
