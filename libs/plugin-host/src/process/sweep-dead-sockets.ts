import { once } from 'node:events';
import { readdir, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';

/** Removes folders of ours whose sockets nobody listens on any more: what a host that was killed left behind. */
export const sweepDeadSockets = async (parent: string, prefix: string): Promise<void> => {
  const names = (await readdir(parent)).filter((name) => name.startsWith(prefix));
  await Promise.all(names.map((name) => sweepWhenDead(path.join(parent, name)).catch(() => {})));
};

const sweepWhenDead = async (directory: string): Promise<void> => {
  if ((await stat(directory)).uid !== process.getuid?.()) return;
  const [name] = await readdir(directory);
  if (name !== undefined && (await isDead(path.join(directory, name))))
    await rm(directory, { recursive: true, force: true });
};

const isDead = async (socketPath: string): Promise<boolean> => {
  // a plugin's socket also refuses connections while its running host starts it
  if (!(await stat(socketPath)).isSocket()) return false;
  const socket = connect(socketPath);
  try {
    await once(socket, 'connect');
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
  } finally {
    socket.destroy();
  }
};
