import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sweepDeadSockets } from './sweep-dead-sockets.ts';

/** The path of a unix socket has at most 108 bytes on Linux and 104 on macOS. */
const longestParent = 60;
const prefix = 'secret-store-plugin-';

let swept: Promise<void> | undefined;

/** Makes a folder that only this user may enter, with a path short enough for unix sockets. */
export const makePrivateDirectory = async (): Promise<string> => {
  const preferred = await realpath(tmpdir());
  const parent = preferred.length > longestParent ? '/tmp' : preferred;
  swept ??= sweepDeadSockets(parent, prefix);
  await swept;
  return mkdtemp(path.join(parent, prefix));
};

export const removePrivateDirectory = (directory: string): Promise<void> =>
  rm(directory, { recursive: true, force: true });
