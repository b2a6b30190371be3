import path from 'node:path';

const panelPages = [
  'features/algorithms/list',
  'features/algorithms/settings',
  'features/providers/list',
  'features/fleet/list',
  'features/fleet/page',
  'features/people/account',
  'features/people/users',
  'features/providers/page',
  'features/providers/form',
  'features/providers',
];

/**
 * Which folder of an app or lib may import which: arrows point down and never back. Every folder is listed (routes as one).
 * Files at the root (`dependencies.ts`, `env.ts`) are open to all; `testing/`, `attacks/` and specs are exempt.
 */
export const folderArrows = {
  'apps/backend/src': {
    http: ['http/front', 'http/panel', 'http/errors', 'accounts', 'accounts/attempts', 'workers', 'audit'],
    'http/rest': [
      'http/rest/input',
      'http',
      'http/errors',
      'accounts',
      'accounts/attempts',
      'accounts/users',
      'accounts/credentials',
      'algorithms',
      'workers/admin',
      'secrets',
      'secrets/removing',
      'providers',
      'preparation',
      'modules',
      'audit',
    ],
    'http/rest/input': ['http', 'http/front', 'http/errors', 'providers'],
    'http/trpc': [
      'http',
      'http/front',
      'http/errors',
      'accounts',
      'accounts/users',
      'accounts/credentials',
      'accounts/attempts',
      'algorithms',
      'workers/admin',
      'secrets',
      'secrets/removing',
      'providers',
      'preparation',
      'modules',
      'audit',
    ],
    'http/worker': [
      'resealing',
      'http/errors',
      'accounts/attempts',
      'workers/fleet',
      'workers/delivery',
      'workers/authentication',
      'workers',
      'audit',
    ],
    'http/front': ['http/errors', 'workers'],
    'http/panel': ['http/errors'],
    'http/errors': ['modules', 'sets', 'audit', 'rows'],
    startup: [
      'accounts',
      'accounts/users',
      'accounts/credentials',
      'running',
      'configurations',
      'workers',
      'ledger',
      'ledger/state',
      'audit',
      'rows',
    ],
    algorithms: [
      'resealing',
      'secrets/removing',
      'accounts',
      'workers/admin',
      'workers/pools',
      'sets',
      'ledger',
      'audit',
      'rows',
    ],
    secrets: ['secrets/settling', 'secrets/commits', 'running', 'accounts', 'sets', 'ledger', 'audit', 'rows'],
    'secrets/removing': ['secrets', 'secrets/commits', 'running', 'accounts', 'sets', 'ledger', 'audit', 'rows'],
    'secrets/settling': ['secrets/commits', 'running', 'sets', 'ledger', 'audit', 'rows'],
    'secrets/commits': ['running', 'sets', 'ledger', 'audit', 'rows'],
    providers: [
      'preparation',
      'preparation/trial',
      'running',
      'configurations',
      'modules',
      'accounts',
      'ledger',
      'audit',
      'rows',
    ],
    preparation: ['preparation/trial', 'running', 'configurations', 'modules', 'accounts', 'ledger', 'audit', 'rows'],
    'preparation/trial': ['running', 'configurations', 'modules', 'ledger', 'audit', 'rows'],
    running: ['configurations', 'modules', 'workers/pools', 'ledger', 'rows'],
    configurations: ['workers/pools', 'sets', 'ledger', 'audit', 'rows'],
    modules: ['ledger', 'rows'],
    resealing: ['configurations', 'workers/pools', 'workers/authentication', 'sets', 'ledger', 'audit', 'rows'],
    'workers/delivery': ['workers', 'workers/authentication', 'workers/pools', 'sets', 'ledger', 'rows'],
    'workers/fleet': ['resealing', 'workers/authentication', 'workers/pools', 'ledger', 'audit', 'rows'],
    'workers/streams': ['ledger', 'rows'],
    workers: ['workers/authentication', 'workers/pools', 'sets', 'ledger', 'audit', 'rows'],
    'workers/pools': ['ledger', 'audit', 'rows'],
    'workers/admin': ['resealing', 'workers/pools', 'accounts', 'ledger', 'audit', 'rows'],
    'workers/authentication': ['ledger', 'rows'],
    sets: ['workers/pools', 'ledger', 'audit', 'rows'],
    accounts: ['accounts/attempts', 'accounts/sessions', 'ledger', 'audit', 'rows'],
    'accounts/users': ['accounts', 'accounts/attempts', 'accounts/sessions', 'ledger', 'audit', 'rows'],
    'accounts/credentials': ['accounts', 'accounts/sessions', 'ledger', 'audit', 'rows'],
    'accounts/attempts': [],
    'accounts/sessions': ['ledger', 'audit', 'rows'],
    commands: [
      'accounts',
      'accounts/users',
      'accounts/sessions',
      'restoring',
      'verifying',
      'startup',
      'ledger',
      'ledger/state',
    ],
    restoring: ['verifying', 'ledger', 'ledger/state', 'rows'],
    verifying: ['ledger', 'ledger/chain', 'ledger/state', 'rows', 'audit'],
    ledger: ['ledger/chain', 'ledger/state', 'rows', 'audit'],
    'ledger/chain': ['ledger/state', 'rows', 'audit'],
    'ledger/state': ['rows', 'audit'],
    audit: ['rows'],
    rows: [],
    bench: ['ledger', 'ledger/state'],
  },
  'apps/worker-node/src': {
    commands: ['socket', 'fleet', 'backend', 'keys', 'state', 'launch', 'errors'],
    joining: ['fleet', 'backend', 'keys', 'state', 'errors'],
    fleet: ['backend', 'keys', 'state', 'errors'],
    socket: ['resolve', 'errors'],
    checks: ['configuration', 'backend', 'keys', 'errors'],
    resealing: ['backend', 'errors'],
    poll: ['backend', 'state', 'errors'],
    stream: ['fleet', 'backend', 'state', 'cache', 'errors'],
    resolve: ['configuration', 'backend', 'keys', 'state', 'cache', 'errors'],
    configuration: ['backend', 'keys', 'errors'],
    launch: ['sandbox', 'errors'],
    sandbox: [],
    backend: ['errors'],
    keys: ['state', 'errors'],
    state: ['errors'],
    cache: ['errors'],
    errors: [],
  },
  'libs/sealing/src': {
    requests: ['signed', 'keys', 'encoding'],
    pools: ['signed', 'keys', 'hpke', 'encoding'],
    store: ['signed', 'keys', 'encoding'],
    sealed: ['signed', 'keys', 'hpke', 'encoding'],
    signed: ['keys', 'encoding'],
    keys: ['hpke', 'encoding'],
    hpke: [],
    encoding: [],
  },
  'libs/plugin-host/src': {
    registry: ['start', 'calls', 'process'],
    start: ['calls', 'process', 'isolation', 'configuration', 'module'],
    calls: ['process', 'protocol'],
    process: ['protocol', 'isolation', 'egress'],
    sandbox: ['sandbox/egress', 'protocol'],
    'sandbox/egress': [],
    configuration: ['module'],
    module: ['egress'],
    isolation: [],
    egress: [],
    protocol: [],
  },
  'libs/provider-sdk/src': {
    http: [],
    configuration: [],
  },
  'libs/provider-vault/src': {
    'key-value': ['http'],
    authentication: ['http', 'configuration'],
    http: ['configuration'],
    configuration: [],
  },
  'libs/provider-azure-key-vault/src': {
    secrets: ['http', 'configuration'],
    http: ['configuration'],
    configuration: [],
  },
  'apps/admin-panel': {
    app: ['shell', 'features/session', ...panelPages, 'page'],
    shell: ['features/people', 'features/session', 'page', 'api'],
    'features/fleet/list': ['features/fleet', 'features/session', 'page', 'forms', 'api'],
    'features/fleet/page': ['features/fleet', 'features/providers', 'features/session', 'page', 'api'],
    'features/fleet': ['page', 'api'],
    'features/people/account': ['features/people/keys', 'features/people', 'features/session', 'page', 'forms', 'api'],
    'features/people/users': ['features/people/keys', 'features/people', 'page', 'forms', 'api'],
    'features/people/keys': ['features/people', 'page', 'forms', 'api'],
    'features/people': [],
    'features/algorithms/list': ['features/session', 'page', 'forms', 'api'],
    'features/algorithms/settings': ['features/algorithms/secrets', 'features/session', 'page', 'forms', 'api'],
    'features/algorithms/secrets': ['features/algorithms/secret-form', 'features/providers', 'page', 'api'],
    'features/algorithms/secret-form': ['page', 'forms', 'api'],
    'features/providers/list': ['features/providers', 'page', 'api'],
    'features/providers/page': [
      'features/providers/form',
      'features/providers/configuration',
      'features/providers/preparation',
      'features/providers',
      'page',
      'api',
    ],
    'features/providers/form': [
      'features/providers/preparation',
      'features/providers/worker-credentials',
      'features/providers/configuration',
      'page',
      'forms',
      'api',
    ],
    'features/providers/preparation': ['page', 'api'],
    'features/providers/worker-credentials': ['features/providers/configuration'],
    'features/providers/configuration': [],
    'features/providers': ['features/session'],
    'features/session': ['page', 'forms', 'api'],
    page: ['api'],
    forms: ['api'],
    api: [],
  },
};

const escaped = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Apps whose folders import each other by a path from the app's root; elsewhere imports are relative. */
const aliases = { 'apps/admin-panel': '@' };

/** How a file of one folder names a file of another. */
const importOf = (root, from, to) => {
  if (root in aliases) return `^${escaped(aliases[root])}/${escaped(to)}/[^/]+$`;
  const relative = path.posix.relative(from, to);
  return `^${escaped(relative.startsWith('.') ? relative : `./${relative}`)}/[^/]+$`;
};

const refusal = (root, folders, from, allowed) => {
  const others = Object.keys(folders).filter((to) => to !== from && !allowed.includes(to));
  return {
    files: [`${root}/${from}/*.ts`, `${root}/${from}/*.tsx`],
    ignores: ['**/*.spec.ts', '**/*.spec.tsx'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            ...others.map((to) => ({
              regex: importOf(root, from, to),
              message: `${from} may not import ${to}: see tools/lint/folder-arrows.mjs.`,
            })),
            ...(root in aliases
              ? [{ regex: '^\\.\\./', message: `Name it from the root of the app: ${aliases[root]}/…` }]
              : []),
            { regex: '/(testing|attacks)/', message: 'Only tests may import what is made for tests.' },
          ],
        },
      ],
    },
  };
};

/** The arrows as configuration of ESLint's own rule, one block per folder. */
export const folderBoundaries = Object.entries(folderArrows).flatMap(([root, folders]) =>
  Object.entries(folders).map(([from, allowed]) => refusal(root, folders, from, allowed)),
);
