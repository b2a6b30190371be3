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

/** Creates something that a test needs and answers its id. */
export const create = async (apiPath: string, body: unknown): Promise<string> => {
  const created = await call('POST', apiPath, body);
  if (created instanceof Object && 'id' in created && typeof created.id === 'string') return created.id;
  throw new Error(`POST ${apiPath} answered without an id`);
};

const internalProviderId = '00000000-0000-7000-8000-000000000001';

/** Secrets that a test needs, from a `.env` text, in the store itself: another test may make a vault the default meanwhile. */
export const importSecrets = (algorithmId: string, text: string): Promise<unknown> =>
  call('POST', `/v1/algorithms/${algorithmId}/secrets/import`, { text, provider_id: internalProviderId, apply: true });

interface Provider {
  readonly id: string;
  readonly name: string;
  readonly interfaceVersion: string;
  readonly staleSeconds: number;
  readonly configurationKeys: readonly string[];
}

export const providerNamed = async (name: string): Promise<Provider | undefined> => {
  // what the contract says of this call
  const providers = (await call('GET', '/v1/admin/secret-provider')) as readonly Provider[];
  return providers.find((provider) => provider.name === name);
};

interface ModuleFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Uint8Array<ArrayBuffer>;
}

/** As a script uploads a module, until it is active. */
export const uploadModule = async (providerId: string, { name, mimeType, buffer }: ModuleFile): Promise<void> => {
  const body = new FormData();
  body.set('provider', new File([buffer], name, { type: mimeType }));
  const response = await fetch(`${origin}/v1/admin/plugins/secret-provider/${providerId}`, {
    method: 'POST',
    headers: { authorization: `Simple ${administrator.apiKey}` },
    body,
  });
  const answer: unknown = await response.json();
  const isActive = answer instanceof Object && 'state' in answer && answer.state === 'active';
  if (!isActive) throw new Error(`the module is not active: ${response.status} ${JSON.stringify(answer)}`);
};
