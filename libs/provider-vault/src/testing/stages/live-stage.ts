import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import * as z from 'zod/mini';
import { policyText, type PolicyRules } from '../fake/fake-policy.ts';
import { selfSigned } from '../self-signed.ts';
import { startTokenReviewer } from './token-reviewer.ts';
import type { LoginKeys, LoginName, VaultStage } from './vault-stage.ts';

const made = z.object({ auth: z.object({ client_token: z.string() }) });
const roleId = z.object({ data: z.object({ role_id: z.string() }) });
const listing = z.object({ data: z.object({ keys: z.array(z.string()) }) });
const secretId = z.object({ data: z.object({ secret_id: z.string() }) });

/** The address of a real server for the tests, or undefined. */
export const liveServer = (environment: NodeJS.ProcessEnv) => {
  const { TEST_VAULT_ADDR: address, TEST_VAULT_TOKEN: token } = environment;
  if (!address || !token) return undefined;
  return {
    address: address.replace(/\/$/, ''),
    token,
    mount: environment.TEST_VAULT_KV2_PATH ?? 'secret',
    mount1: environment.TEST_VAULT_KV1_PATH ?? 'kv1',
  };
};

export type LiveServer = NonNullable<ReturnType<typeof liveServer>>;

/** Sets a real server up through its own API, in login mounts and a folder that are taken away again. */
export const liveStage = async (server: LiveServer): Promise<VaultStage> => {
  const name = `stage-${randomUUID().slice(0, 8)}`;
  const reviewer = await startTokenReviewer();
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const enabled = new Set<LoginName>();
  const namespaces = new Set<string>();
  const policies: string[] = [];

  const ask = async (method: string, path: string, data?: unknown): Promise<unknown> => {
    const body = data === undefined ? null : JSON.stringify(data);
    const answer = await fetch(`${server.address}/v1/${path}`, {
      method,
      headers: { 'X-Vault-Token': server.token },
      body,
    });
    const text = await answer.text();
    // Without its text, which could quote the request.
    if (!answer.ok) throw new Error(`the server answered ${answer.status} to ${method} ${path}`);
    return text === '' ? undefined : JSON.parse(text);
  };

  const policy = async (rules: PolicyRules): Promise<string> => {
    const policyName = `${name}-${randomUUID()}`;
    await ask('POST', `sys/policies/acl/${policyName}`, { policy: policyText(rules) });
    policies.push(policyName);
    return policyName;
  };

  /** What tests left in version 2; in version 1 every check deletes its own. */
  const removeFolder = async (folder: string): Promise<void> => {
    const listed = await ask('LIST', `${server.mount}/metadata/${folder}`).catch(() => undefined);
    for (const entry of listing.safeParse(listed).data?.data.keys ?? []) {
      if (entry.endsWith('/')) await removeFolder(`${folder}${entry}`);
      else await ask('DELETE', `${server.mount}/metadata/${folder}${entry}`);
    }
  };

  const configurations: Record<LoginName, unknown> = {
    approle: undefined,
    kubernetes: {
      kubernetes_host: reviewer.address,
      kubernetes_ca_cert: selfSigned.cert,
      disable_local_ca_jwt: true,
      token_reviewer_jwt: 'reviewer',
    },
    jwt: { jwt_validation_pubkeys: [keys.publicKey.export({ type: 'spki', format: 'pem' })] },
  };

  const enable = async (method: LoginName): Promise<string> => {
    const mount = `${name}-${method}`;
    if (enabled.has(method)) return mount;
    await ask('POST', `sys/auth/${mount}`, { type: method });
    if (configurations[method]) await ask('POST', `auth/${mount}/config`, configurations[method]);
    enabled.add(method);
    return mount;
  };

  const roles: Record<LoginName, (mount: string, tokenOf: object) => Promise<LoginKeys>> = {
    async approle(mount, tokenOf) {
      const role = randomUUID();
      await ask('POST', `auth/${mount}/role/${role}`, tokenOf);
      const { data: id } = roleId.parse(await ask('GET', `auth/${mount}/role/${role}/role-id`));
      const { data: secret } = secretId.parse(await ask('POST', `auth/${mount}/role/${role}/secret-id`));
      return { vault_role_id: id.role_id, vault_secret_id: secret.secret_id };
    },
    async kubernetes(mount, tokenOf) {
      const role = randomUUID();
      const bound = { bound_service_account_names: ['worker'], bound_service_account_namespaces: ['algorithms'] };
      await ask('POST', `auth/${mount}/role/${role}`, { ...tokenOf, ...bound });
      return { vault_kubernetes_role: role, vault_kubernetes_token: reviewer.serviceAccountToken };
    },
    async jwt(mount, tokenOf) {
      const role = randomUUID();
      await ask('POST', `auth/${mount}/role/${role}`, {
        ...tokenOf,
        role_type: 'jwt',
        user_claim: 'sub',
        bound_audiences: ['secret-store'],
      });
      const now = Math.floor(Date.now() / 1_000);
      const claims = { sub: 'worker', aud: 'secret-store', iat: now, nbf: now, exp: now + 600 };
      return { vault_jwt_role: role, vault_jwt: signed(claims, keys.privateKey) };
    },
  };

  return {
    address: server.address,
    rootToken: server.token,
    path: `${server.mount}/${name}`,
    path1: `${server.mount1}/${name}`,
    async token({ rules, seconds, renewable }) {
      const policies = [await policy(rules)];
      const body = { policies, ttl: `${seconds}s`, renewable, ...(renewable && { period: `${seconds}s` }) };
      return made.parse(await ask('POST', 'auth/token/create', body)).auth.client_token;
    },
    async login(method, rules) {
      const mount = await enable(method);
      const loginKeys = await roles[method](mount, { token_policies: [await policy(rules)], token_ttl: '1h' });
      return { ...loginKeys, vault_auth_path: mount };
    },
    async namespace() {
      // HashiCorp Vault has namespaces in its Enterprise edition only.
      const isThere = await ask('POST', `sys/namespaces/${name}`, {}).then(
        () => true,
        () => false,
      );
      if (!isThere) return undefined;
      namespaces.add(name);
      await ask('POST', `${name}/sys/mounts/secret`, { type: 'kv', options: { version: '2' } });
      return name;
    },
    endLogins: async (method) => void (await ask('POST', `sys/leases/revoke-prefix/auth/${name}-${method}`, {})),
    async close() {
      for (const namespace of namespaces) await ask('DELETE', `sys/namespaces/${namespace}`);
      for (const method of enabled) await ask('DELETE', `sys/auth/${name}-${method}`);
      for (const policyName of policies) await ask('DELETE', `sys/policies/acl/${policyName}`);
      await removeFolder(`${name}/`);
      await reviewer.close();
    },
  };
};

type PrivateKey = ReturnType<typeof generateKeyPairSync>['privateKey'];

/** https://www.rfc-editor.org/rfc/rfc7515#appendix-A.3 */
const signed = (claims: object, key: PrivateKey): string => {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const text = `${encode({ alg: 'ES256', typ: 'JWT' })}.${encode(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
};
