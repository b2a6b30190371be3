import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { administrator, origin, root, storeEnvironment } from './environment.ts';

const run = promisify(execFile);

/** What a worker's `exec` prints. */
export const exec = async (algorithm: string, ...command: string[]): Promise<string> => {
  const { stdout } = await run(path.join(root, 'tools/secret-store'), ['exec', algorithm, '--', ...command], {
    env: { NODE_ENV: 'production', ...storeEnvironment },
  });
  return stdout;
};

/** A call as a script makes it, for what a test needs before it begins. */
export const call = async (method: string, apiPath: string, body?: unknown): Promise<unknown> => {
  const response = await fetch(`${origin}${apiPath}`, {
    method,
    headers: { authorization: `Simple ${administrator.apiKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${apiPath} answered ${response.status}`);
  return response.status === 204 ? null : response.json();
};
