import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type Method, peopleOf } from './testing/people.ts';
import { startTestBackend, type TestBackend } from './testing/test-backend.ts';
import { appRouter } from './trpc/app-router.ts';

/** Who asks. The owner is a user, and owns the algorithm, the keys and the sessions that are asked about. */
const callers = [
  ...['nobody', 'owner', 'user', 'viewer', 'auditor', 'administrator'],
  ...["administrator's key for a user", "administrator's key for a viewer", "viewer's key of one who became a user"],
  // users, asked about the organization and an algorithm of it
  ...['organization admin', 'organization member', 'executor', 'ended organization admin', 'stranger'],
  'organization admin who became a viewer',
  // users, asked about the owner's algorithm
  ...['manager', 'collaborating viewer', 'ended manager'],
] as const;
type Caller = (typeof callers)[number];

const everyone: readonly Caller[] = callers.filter((caller) => caller !== 'nobody');
const readers: readonly Caller[] = [
  ...(['viewer', 'auditor', 'administrator', "administrator's key for a viewer"] as const),
  'organization admin who became a viewer',
];
const administrator: readonly Caller[] = ['administrator'];
const insiders: readonly Caller[] = ['organization admin', 'organization member', 'executor'];
const sharing: readonly Caller[] = ['manager', 'collaborating viewer'];
const users: readonly Caller[] = [
  ...(['owner', 'user', "administrator's key for a user", ...insiders, ...sharing] as const),
  ...(['ended organization admin', 'stranger', 'ended manager'] as const),
];
const people: readonly Caller[] = everyone.filter((caller) => !caller.startsWith("viewer's key"));

/** Who may ask what. Every route and every procedure stands here, or the walk fails. */
const rows: readonly (readonly [allowed: readonly Caller[], rest: readonly string[], procedures: readonly string[]])[] =
  [
    [
      callers,
      ['GET /healthz', 'GET /readyz', 'GET /metrics', 'GET /openapi.json'],
      [
        ...['current', 'signIn', 'signOut', 'startPasskey', 'signInWithPasskey'],
        ...['connections', 'connectionFor'],
      ].map((name) => `session.${name}`),
    ],
    // each sees only what they may see of it
    [
      everyone,
      ['GET /v1/me', 'GET /v1/secrets', 'GET /v1/secret-provider', 'GET /v1/organizations'],
      [
        ...['algorithms.search', 'secrets.search', 'organizations.list'],
        ...['providers.listEnabled', 'providers.offers'],
      ],
    ],
    [
      everyone,
      ['PUT /v1/me/password'],
      [
        'account.changePassword',
        ...['list', 'start', 'add', 'remove'].map((name) => `passkeys.${name}`),
        ...['identities.list', 'identities.start', 'identities.remove'],
        ...['show', 'start', 'confirm', 'remove', 'renewRecoveryCodes'].map((name) => `secondFactor.${name}`),
      ],
    ],
    // who owns none and may not read those of others has none to list
    [people, ['GET /v1/algorithms'], ['algorithms.list']],
    // under the own name
    [[...users, 'administrator'], ['POST /v1/algorithms'], ['algorithms.create']],
    [
      ['owner', ...readers, ...insiders, ...sharing],
      [
        'GET /v1/algorithms/{algorithmId}/collaborators',
        ...['GET /v1/algorithms/{algorithmId}', 'GET /v1/algorithms/{algorithmId}/secrets'],
        'GET /v1/algorithms/{algorithmId}/secrets/{secretId}/delivery',
        'GET /v1/algorithms/{algorithmId}/secrets/{secretId}/versions',
      ],
      [
        ...['algorithms.findByName', 'secrets.list', 'secrets.history'],
        ...['secrets.delivery', 'secrets.deliveries', 'secrets.versions', 'collaborators.list'],
      ],
    ],
    [
      ['owner', 'administrator', 'organization admin', 'organization member', 'manager'],
      [
        'POST /v1/algorithms/{algorithmId}/secrets',
        ...['PUT', 'DELETE'].map((method) => `${method} /v1/algorithms/{algorithmId}/secrets/{secretId}`),
        'POST /v1/algorithms/{algorithmId}/secrets/import',
        'POST /v1/algorithms/{algorithmId}/secrets/{secretId}/generate',
        'POST /v1/algorithms/{algorithmId}/secrets/{secretId}/versions/{version}/restore',
      ],
      [
        ...['algorithms.removalProgress', 'secrets.create', 'secrets.update'],
        ...['secrets.remove', 'secrets.import', 'secrets.generate', 'secrets.restore', 'secrets.removeMany'],
        'secrets.copy',
      ],
    ],
    [
      ['owner', 'administrator', 'organization admin'],
      [
        'DELETE /v1/algorithms/{algorithmId}',
        ...['PUT', 'DELETE'].map((method) => `${method} /v1/algorithms/{algorithmId}/collaborators/{username}`),
      ],
      ['algorithms.remove', 'collaborators.put', 'collaborators.remove'],
    ],
    [[...insiders, ...readers], ['GET /v1/organizations/{organization}'], ['organizations.show']],
    [
      ['organization admin', 'administrator'],
      [
        'DELETE /v1/organizations/{organization}',
        ...['PUT', 'DELETE'].map((method) => `${method} /v1/organizations/{organization}/members/{username}`),
      ],
      // the last one really does it
      ['organizations.putMember', 'organizations.removeMember', 'organizations.remove'],
    ],
    [
      ['owner', 'administrator'],
      [
        ...['GET', 'POST'].map((method) => `${method} /v1/users/{username}/keys`),
        ...['GET', 'DELETE'].map((method) => `${method} /v1/users/{username}/sessions`),
        ...['DELETE /v1/users/{username}/keys/{keyId}', 'DELETE /v1/users/{username}/sessions/{sessionId}'],
      ],
      [
        ...['account.keys', 'account.createKey', 'account.revokeKey'],
        ...['account.sessions', 'account.endSession', 'account.endOtherSessions'],
      ],
    ],
    [
      readers,
      [
        ...['GET /v1/admin/users', 'GET /v1/admin/workers', 'GET /v1/admin/workers/{workerId}/exposed'],
        ...['GET /v1/admin/pools', 'GET /v1/algorithms/{algorithmId}/pools'],
        ...['GET /v1/admin/secret-provider', 'GET /v1/admin/secret-provider/{providerId}'],
        ...['GET /v1/admin/secret-provider/{providerId}/usage', 'GET /v1/admin/webhooks', 'GET /v1/admin/audit/sinks'],
        'GET /v1/admin/plugins/secret-provider/{providerId}',
        'GET /v1/admin/plugins/secret-provider/{providerId}/preparation',
      ],
      [
        ...[
          'users.list',
          'users.roleAddresses',
          'workers.list',
          'workers.show',
          'workers.exposed',
          'workers.holdings',
          'workers.pools',
        ],
        ...['workers.resealing', 'algorithms.pools', 'providers.list', 'providers.get', 'providers.preparation'],
        ...[
          'signInConnections.list',
          'signInConnections.listGroupRoles',
          'waitingAccounts.list',
          'webhooks.list',
          'scimKeys.list',
          'webhooks.sinks',
          'workers.deliveryTimes',
          'providers.health',
          'providers.lastTest',
          'providers.details',
          'providers.status',
          'providers.usage',
          'providers.moduleSummary',
          'providers.isolation',
        ],
      ],
    ],
    [['auditor', 'administrator'], ['GET /v1/admin/audit', 'GET /v1/admin/audit/export'], ['audit.list']],
    [
      administrator,
      [
        'POST /v1/organizations',
        ...['POST /v1/admin/users', 'PUT /v1/admin/users/{username}', 'DELETE /v1/admin/users/{username}'],
        'POST /v1/admin/users/{username}/keys',
        ...[
          'POST /v1/admin/workers/{workerId}/revoke',
          'POST /v1/admin/pools',
          'PUT /v1/algorithms/{algorithmId}/pools',
        ],
        'POST /v1/admin/secret-provider',
        ...['POST', 'DELETE'].map((method) => `${method} /v1/admin/secret-provider/{providerId}`),
        ...['', '/default', '/retry', '/previous'].map(
          (end) => `POST /v1/admin/plugins/secret-provider/{providerId}${end}`,
        ),
        ...['POST /v1/admin/plugins/inspect', 'POST /v1/admin/webhooks', 'DELETE /v1/admin/webhooks/{webhookId}'],
        ...['POST /v1/admin/audit/sinks', 'DELETE /v1/admin/audit/sinks/{sinkId}'],
      ],
      [
        ...[
          'organizations.create',
          'users.create',
          'users.createService',
          'users.setRoleAddresses',
          'users.update',
          'users.remove',
          'workers.revoke',
          'workers.createPool',
          'algorithms.changePools',
        ],
        ...['providers.create', 'providers.update', 'providers.remove', 'providers.makeDefault'],
        ...[
          'providers.retryPreparation',
          'providers.goBack',
          'providers.test',
          'firstSteps.show',
          'firstSteps.confirmRecoveryFile',
          'firstSteps.close',
          'scimKeys.create',
          'scimKeys.revoke',
          'webhooks.create',
          'webhooks.remove',
          'webhooks.createSink',
          'webhooks.removeSink',
          'providers.shipped',
          'providers.shippedFile',
          ...['create', 'update', 'remove', 'test', 'readMetadata', 'setGroupRole', 'removeGroupRole'].map(
            (name) => `signInConnections.${name}`,
          ),
          ...['waitingAccounts.accept', 'waitingAccounts.reject'],
        ],
      ],
    ],
  ];

type Ids = Readonly<Record<string, string>>;
interface Asking {
  readonly headers: Readonly<Record<string, string>>;
  /** of what is asked about. An administrator asks about nothing: what they ask is done. */
  readonly ids: Ids;
}

const nothing = '0192f0c1-0000-7000-8000-000000000042';
const missing: Ids = {
  ...{
    algorithmId: nothing,
    secretId: nothing,
    providerId: nothing,
    workerId: nothing,
    webhookId: nothing,
    sinkId: nothing,
    connectionId: nothing,
    groupRoleId: nothing,
    identityId: nothing,
    waitingId: nothing,
    version: '1',
  },
  ...{ username: 'no-such-user', keyId: nothing, sessionId: 'none', owner: 'nobody', name: 'nothing' },
  organization: 'no-such-organization',
};

let backend: TestBackend;
const asking = new Map<Caller, Asking>();

beforeAll(async () => {
  backend = await startTestBackend();
  const them = peopleOf(backend);
  const Created = z.object({ id: z.uuid() });
  const create = async (url: string, body: Readonly<Record<string, unknown>>): Promise<string> =>
    Created.parse((await backend.asAdministrator('POST', url, body)).json).id;
  const owner = await them.add('owner');
  const algorithmId = await create('/v1/algorithms', { owner: 'owner', name: 'model' });
  const secretOf = (algorithmId: string) =>
    create(`/v1/algorithms/${algorithmId}/secrets`, {
      ...{ short_name: 'k', description: '', owner_type: 'algorithm', owner_id: algorithmId },
      ...{ secret_key: 'K', secret_value: 'a-value' },
    });
  const ids: Ids = {
    ...missing,
    algorithmId,
    secretId: await secretOf(algorithmId),
    providerId: await create('/v1/admin/secret-provider', {
      ...{ name: 'vault', description: '', factoryClassName: 'Vault', interfaceVersion: '1.0.0', configuration: {} },
      ...{ isEnabled: true, isDefault: false },
    }),
    ...{ username: 'owner', owner: 'owner', name: 'model', organization: 'crew' },
  };
  /** An organization with one algorithm. */
  const organization = async (name: string): Promise<Ids> => {
    await create('/v1/organizations', { name, displayName: name });
    const owned = await create('/v1/algorithms', { owner: name, name: 'model' });
    return { ...ids, algorithmId: owned, secretId: await secretOf(owned), owner: name, organization: name };
  };
  const ofCrew = await organization('crew');
  const admin = await them.add('other-admin', 'admin');
  const limitedTo = async (role: string) =>
    (await them.newKey(admin.headers, 'other-admin', { name: role, role })).headers;
  const former = await them.add('former-viewer', 'viewer');
  const formerKey = await them.newKey(former.headers, 'former-viewer', { name: 'kept', role: 'viewer' });
  await backend.asAdministrator('PUT', '/v1/admin/users/former-viewer', { role: 'user' });
  const hour = 3_600_000;
  /** What they grant is over: it was given for a time that has passed. */
  const inThePast = async (path: string, role: string): Promise<void> => {
    const now = Date.now();
    vi.useFakeTimers({ toFake: ['Date'], now: now - 2 * hour });
    try {
      const expires = new Date(now - hour).toISOString();
      expect((await backend.asAdministrator('PUT', path, { role, expires })).json).toMatchObject({ isEnded: false });
    } finally {
      vi.useRealTimers();
    }
  };
  const members = (name = 'crew') => `/v1/organizations/${name}/members`;
  for (const [caller, role, about] of [
    ['organization admin', 'admin', await organization('club')],
    ['organization member', 'member', ofCrew],
    ['executor', 'executor', ofCrew],
    ['organization admin who became a viewer', 'admin', ofCrew],
  ] as const) {
    const username = caller.replaceAll(' ', '-');
    const { headers } = await them.add(username);
    await backend.asAdministrator('PUT', `${members(about.organization)}/${username}`, { role });
    asking.set(caller, { headers, ids: about });
  }
  await backend.asAdministrator('PUT', '/v1/admin/users/organization-admin-who-became-a-viewer', { role: 'viewer' });
  const collaborators = `/v1/algorithms/${algorithmId}/collaborators`;
  for (const [caller, role] of [
    ['manager', 'manager'],
    ['collaborating viewer', 'viewer'],
  ] as const) {
    const username = caller.replaceAll(' ', '-');
    const { headers } = await them.add(username);
    await backend.asAdministrator('PUT', `${collaborators}/${username}`, { role });
    asking.set(caller, { headers, ids });
  }
  asking.set('stranger', { headers: (await them.add('stranger')).headers, ids: ofCrew });
  const endedAdmin = await them.add('ended-admin');
  await inThePast(`${members()}/ended-admin`, 'admin');
  asking.set('ended organization admin', { headers: endedAdmin.headers, ids: ofCrew });
  const endedManager = await them.add('ended-manager');
  await inThePast(`${collaborators}/ended-manager`, 'manager');
  asking.set('ended manager', { headers: endedManager.headers, ids });
  asking.set('nobody', { headers: {}, ids });
  asking.set('owner', { headers: owner.headers, ids });
  for (const role of ['user', 'viewer', 'auditor'] as const)
    asking.set(role, { headers: (await them.add(`a-${role}`, role)).headers, ids });
  asking.set("administrator's key for a user", { headers: await limitedTo('user'), ids });
  asking.set("administrator's key for a viewer", { headers: await limitedTo('viewer'), ids });
  asking.set("viewer's key of one who became a user", { headers: formerKey.headers, ids });
  asking.set('administrator', { headers: admin.headers, ids: missing });
});
afterAll(() => backend.close());

const expected = (caller: Caller, allowed: readonly Caller[]): string =>
  allowed.includes(caller) ? 'allowed' : caller === 'nobody' ? 'not signed in' : 'not allowed';

const outcome = (status: number): string => {
  if (status >= 500) return `failed with ${status}`;
  return status === 401 ? 'not signed in' : status === 403 ? 'not allowed' : 'allowed';
};

const askingOf = (caller: Caller): Asking => asking.get(caller) ?? { headers: {}, ids: {} };

const askRest = async (caller: Caller, name: string): Promise<string> => {
  const { headers, ids } = askingOf(caller);
  const [method = '', path = ''] = name.split(' ');
  const url = path.replaceAll(/\{(\w+)\}/g, (_whole, id: string) => ids[id] ?? '');
  const isRead = method === 'GET';
  // what is wrong is told only after what may not be
  const sent = isRead
    ? { headers }
    : { payload: '{"typo":1}', headers: { ...headers, 'content-type': 'application/json' } };
  return outcome((await backend.request({ method: method as Method, url, ...sent })).status);
};

/** tRPC keeps them under their whole names, which its type does not say. */
const Procedure = z.custom<{ readonly _def: { readonly type: string } }>((value) => typeof value === 'function');
const procedures = z.record(z.string(), Procedure).parse(appRouter._def.procedures);

const wrong = Object.fromEntries(
  ['request', 'password', 'current', 'role', 'leave', 'limit', 'marker', 'key'].map((field) => [field, 7]),
);

const askProcedure = async (caller: Caller, name: string): Promise<string> => {
  const { headers, ids } = askingOf(caller);
  const isRead = procedures[name]?._def.type === 'query';
  // the list is the own one
  const { owner: _owner, ...others } = ids;
  const input = JSON.stringify(isRead ? (name === 'algorithms.list' ? others : ids) : { ...wrong, ...ids });
  const url = `/api/trpc/${name}${isRead ? `?input=${encodeURIComponent(input)}` : ''}`;
  const sent = isRead ? {} : { payload: input, headers: { ...headers, 'content-type': 'application/json' } };
  return outcome((await backend.request({ method: isRead ? 'GET' : 'POST', url, headers, ...sent })).status);
};

describe('what one may not do, one may not do', () => {
  it.each(callers)('%s: every route and every procedure answers as the table says', async (caller) => {
    for (const [allowed, rest, names] of rows) {
      for (const name of rest) expect([name, await askRest(caller, name)]).toEqual([name, expected(caller, allowed)]);
      for (const name of names)
        expect([name, await askProcedure(caller, name)]).toEqual([name, expected(caller, allowed)]);
    }
  });

  it('no route and no procedure is left out of the table', async () => {
    const document = z
      .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
      .parse((await backend.request({ url: '/openapi.json' })).json);
    const served = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(rows.flatMap(([, rest]) => rest).sort()).toEqual(served.sort());
    expect(rows.flatMap(([, , names]) => names).sort()).toEqual(Object.keys(procedures).sort());
  });
});
