import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const adminKey = 'an-administrator-key-for-fuzzing';

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
};

const post = async (url, body) => {
  const headers = { authorization: `Simple ${adminKey}`, 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url} gave ${answer.status}`);
  return answer.json();
};

/** A whole store in `dataDirectory`, with the key of an administrator and the key of a user. */
export const startStore = async (root, dataDirectory) => {
  const origin = `http://127.0.0.1:${await freePort()}`;
  const launcher = spawn(process.execPath, ['tools/start/container.mjs'], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      SECRET_STORE_DATA_DIR: dataDirectory,
      SECRET_STORE_PORT: new URL(origin).port,
      SECRET_STORE_ADMIN_API_KEY: adminKey,
      SECRET_STORE_LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const isReady = () =>
    fetch(`${origin}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) {
    if (launcher.exitCode !== null) throw new Error('the store did not start');
    await delay(200);
  }
  await post(`${origin}/v1/admin/users`, { username: 'fuzzer', password: 'a-password-for-fuzzing', role: 'user' });
  const { key } = await post(`${origin}/v1/admin/users/fuzzer/keys`, {});
  return {
    origin,
    keys: { administrator: adminKey, user: key },
    stop: async () => {
      if (launcher.exitCode !== null) return;
      launcher.kill('SIGTERM');
      await once(launcher, 'exit');
    },
  };
};
