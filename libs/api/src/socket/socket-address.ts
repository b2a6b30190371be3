import { closeSync, openSync } from 'node:fs';
import path from 'node:path';

/** `sun_path` of unix(7) has 108 bytes, of which one is the end. macOS has 104. */
const pathBytesMaximum = 103;

/** Of the backend's socket for the worker beside it, in the folder that their launcher makes for it. */
export const backendSocketName = 'backend.sock';

export interface SocketAddress {
  readonly path: string;
  release(): void;
}

/**
 * A path short enough for a socket address, however deep the folder lies: through a descriptor of the folder.
 * @throws the system's error where the folder cannot be opened
 */
export const socketAddress = (directory: string, fileName: string): SocketAddress => {
  const full = path.join(directory, fileName);
  if (Buffer.byteLength(full) <= pathBytesMaximum) return { path: full, release: () => undefined };
  const descriptor = openSync(directory, 'r');
  return { path: `/proc/self/fd/${descriptor}/${fileName}`, release: () => closeSync(descriptor) };
};
