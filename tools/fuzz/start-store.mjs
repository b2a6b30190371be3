import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const administratorKey = 'an-administrator-key-for-fuzzing';

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
};

/** An error of a process, or the end of one; the launcher and the panel also tell what goes well. */
const isError = (line) => {
  try {
    const { level = 0, event } = JSON.parse(line);
    return level >= 50 || event === 'ended';
  } catch {
    return false;
  }
};

/** A whole store in `dataDirectory`. `errors` are those lines of its log. */
export const startStore = async (root, dataDirectory) => {
  const origin = `http://127.0.0.1:${await freePort()}`;
  const launcher = spawn(process.execPath, ['tools/start/container.mjs'], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      SECRET_STORE_DATA_DIR: dataDirectory,
      SECRET_STORE_PORT: new URL(origin).port,
      SECRET_STORE_ADMIN_API_KEY: administratorKey,
      SECRET_STORE_LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lines = [];
  createInterface({ input: launcher.stderr }).on('line', (line) => lines.push(line));
  const isReady = () =>
    fetch(`${origin}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) {
    if (launcher.exitCode !== null) throw new Error(`the store did not start: ${lines.join('\n')}`);
    await delay(200);
  }
  return {
    origin,
    administratorKey,
    errors: () => lines.filter(isError),
    isReady,
    stop: async () => {
      if (launcher.exitCode !== null) return;
      launcher.kill('SIGTERM');
      await once(launcher, 'exit');
    },
  };
};
