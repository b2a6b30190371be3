import type {
  Account,
  Algorithm,
  ApiKey,
  Collaborator,
  GroupRole,
  Identity,
  Membership,
  Organization,
  Passkey,
  PluginModule,
  Provider,
  ProviderPreparation,
  ProviderVersion,
  RoleAddresses,
  ScimGroup,
  ScimKey,
  ScimUser,
  SecondFactor,
  Secret,
  Session,
  SignInConnection,
  User,
  WaitingAccount,
  Webhook,
  Worker,
  WorkerPool,
  WriteIntent,
} from '@secret-store/db';
import { providerKinds } from './provider-kinds.ts';
import { provisioningKinds } from './provisioning/provisioning-kinds.ts';
import { sharingKinds } from './sharing-kinds.ts';
import { signInKinds } from './sign-in-kinds.ts';

/** Fields of JSON, which their readers parse. */
type Unparsed<Row, Field extends keyof Row> = Omit<Row, Field> & { [Name in Field]: unknown };

/** The rows that decide something, by kind, with the columns that decide. */
export interface Rows {
  readonly user: Omit<User, 'lastSeenAt'>;
  readonly account: Account;
  readonly session: Session;
  readonly apiKey: Unparsed<Omit<ApiKey, 'lastUsedAt'>, 'addresses'>;
  readonly organization: Organization;
  readonly membership: Membership;
  readonly collaborator: Collaborator;
  readonly secondFactor: Unparsed<SecondFactor, 'secret'>;
  readonly passkey: Passkey;
  readonly signInConnection: Unparsed<SignInConnection, 'settings' | 'clientSecret'>;
  readonly identity: Identity;
  readonly groupRole: GroupRole;
  readonly waitingAccount: WaitingAccount;
  readonly roleAddresses: Unparsed<RoleAddresses, 'addresses'>;
  readonly scimKey: Omit<ScimKey, 'lastUsedAt'>;
  readonly scimUser: Unparsed<ScimUser, 'attributes'>;
  readonly scimGroup: ScimGroup;
  readonly provider: Unparsed<Provider, 'activation'>;
  readonly providerVersion: Unparsed<ProviderVersion, 'encrypted' | 'sealed' | 'sealedForWorkers'>;
  readonly module: Unparsed<Omit<PluginModule, 'bytes'>, 'manifest'>;
  readonly preparation: Unparsed<Omit<ProviderPreparation, 'step' | 'message' | 'steps' | 'changedAt'>, 'throwAway'>;
  readonly algorithm: Unparsed<Algorithm, 'otherPools'>;
  readonly secret: Secret;
  readonly intent: Omit<WriteIntent, 'attempts' | 'settleAfter'>;
  readonly pool: WorkerPool;
  readonly webhook: Unparsed<
    Pick<
      Webhook,
      'id' | 'url' | 'events' | 'createdAt' | 'format' | 'trustedCertificates' | 'clientCertificate' | 'clientKey'
    >,
    'clientKey'
  >;
  readonly worker: Unparsed<Omit<Worker, 'lastSeenAt' | 'version' | 'isolation'>, 'certificate'>;
}
export type RowKind = keyof Rows;

type ColumnType = 'bigint' | 'text' | 'uuid' | 'boolean' | 'integer' | 'timestamptz' | 'jsonb' | 'text[]';
/** The type, and the column's name where it is not the field's. */
type Column = ColumnType | `${ColumnType} ${string}`;

export interface KindDefinition<Row> {
  readonly table: string;
  /** the fields of the primary key, in order */
  readonly key: readonly (keyof Row & string)[];
  readonly columns: { readonly [Field in keyof Row & string]-?: Column };
  /** columns that decide nothing: their types, and why */
  readonly undecided: Readonly<Record<string, readonly [type: ColumnType | 'bytea', why: string]>>;
  /** what no other living row of the kind may have, such as a name */
  readonly claims?: (row: Row) => readonly string[];
  /** the other kind whose rows must not have the same claims either */
  readonly sharesClaimsWith?: RowKind;
  /** what living rows of the kind are counted by */
  readonly group?: (row: Row) => string;
  /** whether a row that was removed can come back under its id */
  readonly returns?: boolean;
}

const accountKinds = {
  user: {
    table: 'user',
    key: ['id'],
    columns: {
      id: 'text',
      name: 'text',
      email: 'text',
      emailVerified: 'boolean',
      image: 'text',
      username: 'text',
      displayUsername: 'text',
      kind: 'text',
      role: 'text',
      roleConnectionId: 'text',
      disabledAt: 'timestamptz',
      createdAt: 'timestamptz',
      updatedAt: 'timestamptz',
    },
    undecided: { lastSeenAt: ['timestamptz', 'shown: when this person was seen last'] },
    claims: ({ username }: Pick<User, 'username'>) => [`username:${username}`],
    sharesClaimsWith: 'organization',
    group: ({ kind, role, disabledAt }: Pick<User, 'kind' | 'role' | 'disabledAt'>) =>
      [...(disabledAt === null ? [] : ['disabled']), ...(kind === null ? [] : [kind]), role].join(' '),
  },
  account: {
    table: 'account',
    key: ['id'],
    columns: {
      id: 'text',
      accountId: 'text',
      providerId: 'text',
      userId: 'text',
      accessToken: 'text',
      refreshToken: 'text',
      idToken: 'text',
      accessTokenExpiresAt: 'timestamptz',
      refreshTokenExpiresAt: 'timestamptz',
      scope: 'text',
      password: 'text',
      createdAt: 'timestamptz',
      updatedAt: 'timestamptz',
    },
    undecided: {},
  },
  session: {
    table: 'session',
    key: ['id'],
    columns: {
      id: 'text',
      token: 'text',
      userId: 'text',
      ipAddress: 'text',
      userAgent: 'text',
      expiresAt: 'timestamptz',
      createdAt: 'timestamptz',
      updatedAt: 'timestamptz',
    },
    undecided: {},
    group: ({ userId }: Session) => userId,
  },
  apiKey: {
    table: 'api_key',
    key: ['id'],
    columns: {
      id: 'uuid',
      userId: 'text',
      keyHash: 'text',
      createdBy: 'text',
      name: 'text',
      prefix: 'text',
      role: 'text',
      expiresAt: 'timestamptz',
      addresses: 'jsonb',
      createdAt: 'timestamptz',
    },
    undecided: { lastUsedAt: ['timestamptz', 'shown: when the key was used last'] },
    group: ({ userId }: Pick<ApiKey, 'userId'>) => userId,
  },
  webhook: {
    table: 'webhook',
    key: ['id'],
    columns: {
      id: 'uuid',
      url: 'text',
      events: 'text[]',
      format: 'text',
      trustedCertificates: 'text',
      clientCertificate: 'text',
      clientKey: 'jsonb',
      createdAt: 'timestamptz',
    },
    undecided: {
      sentUpTo: ['bigint', 'what is sent next: each event names its place in the chain, so the receiver sees a gap'],
      nextTryAt: ['timestamptz', 'when the next event is sent'],
      failures: ['integer', 'how long the next pause is'],
      failingSince: ['timestamptz', 'shown: since when nothing arrives'],
      failure: ['text', 'shown: why the last try failed'],
      lastSentAt: ['timestamptz', 'shown: when an event arrived last'],
    },
    group: ({ format }: Pick<Webhook, 'format'>) => (format === null ? 'all' : 'sinks'),
  },
} as const;

const secretKinds = {
  algorithm: {
    table: 'algorithm',
    key: ['id'],
    columns: {
      id: 'uuid',
      owner: 'text',
      name: 'text',
      poolId: 'uuid',
      otherPools: 'jsonb',
      createdAt: 'timestamptz',
    },
    undecided: {},
    claims: ({ owner, name }: Pick<Algorithm, 'owner' | 'name'>) => [`name:${owner}/${name}`],
  },
  secret: {
    table: 'secret',
    key: ['id'],
    columns: {
      id: 'uuid',
      algorithmId: 'uuid',
      shortName: 'text',
      description: 'text',
      environmentVariable: 'text',
      providerId: 'uuid',
      providerKey: 'text',
      reference: 'text',
      version: 'integer',
      staleSeconds: 'integer',
      valueId: 'uuid',
      createdAt: 'timestamptz',
      updatedAt: 'timestamptz',
    },
    undecided: {},
    group: ({ providerId }: Secret) => providerId,
  },
  intent: {
    table: 'write_intent',
    key: ['id'],
    columns: {
      id: 'uuid',
      kind: 'text',
      state: 'text',
      secretId: 'uuid',
      algorithmId: 'uuid',
      providerId: 'uuid',
      environmentVariable: 'text',
      providerKey: 'text',
      version: 'integer',
      createdAt: 'timestamptz',
    },
    undecided: {
      attempts: ['integer', 'how often it was tried: only when it is tried next depends on it'],
      settleAfter: ['timestamptz', 'when it is tried next: what is done then depends on columns that decide'],
    },
    group: ({ providerId }: Pick<WriteIntent, 'providerId'>) => providerId,
  },
} as const;

/** Every kind of row that decides. One that is not listed here stands, with a reason, in `tables-that-decide-nothing.ts`. */
export const rowKinds: { readonly [Kind in RowKind]: KindDefinition<Rows[Kind]> } = {
  ...accountKinds,
  ...sharingKinds,
  ...signInKinds,
  ...provisioningKinds,
  ...providerKinds,
  ...secretKinds,
  pool: {
    table: 'worker_pool',
    key: ['id'],
    columns: { id: 'uuid', name: 'text', createdAt: 'timestamptz' },
    undecided: {},
    claims: ({ name }) => [`name:${name}`],
  },
  worker: {
    table: 'worker',
    key: ['id'],
    columns: {
      id: 'uuid',
      poolId: 'uuid',
      keyId: 'text',
      certificate: 'jsonb',
      revokedAt: 'timestamptz',
      run: 'integer',
      instance: 'text',
      stoppedAt: 'timestamptz',
      createdAt: 'timestamptz',
    },
    undecided: {
      lastSeenAt: ['timestamptz', 'shown, and a preparation waits for a worker that was seen'],
      version: ['text', 'shown: what the worker says of itself'],
      isolation: ['text', 'shown: what the worker says of itself'],
    },
    group: ({ poolId }) => poolId,
  },
};

export const rowKindNames: readonly RowKind[] = [
  'user',
  'account',
  'session',
  'apiKey',
  'organization',
  'membership',
  'collaborator',
  'secondFactor',
  'passkey',
  'signInConnection',
  'identity',
  'groupRole',
  'waitingAccount',
  'roleAddresses',
  'scimKey',
  'scimUser',
  'scimGroup',
  'webhook',
  'provider',
  'providerVersion',
  'module',
  'preparation',
  'algorithm',
  'secret',
  'intent',
  'pool',
  'worker',
];

/** How a row is named: its primary key, joined by slashes. */
export const rowId = <Kind extends RowKind>(kind: Kind, row: Rows[Kind]): string =>
  rowKinds[kind].key.map((field) => String(row[field])).join('/');

/** Ids of other kinds are never given twice. */
export const isReturning = (kind: string): boolean =>
  rowKindNames.some((name) => name === kind && rowKinds[name].returns === true);
