import type { Provider, ProviderVersion } from '@secret-store/db';

/** The only provider that a new secret goes to where the request names none. */
export const defaultClaim = 'default';

/** What providers run, and what is tried for them. */
export const providerKinds = {
  provider: {
    table: 'provider',
    key: ['id'],
    columns: {
      id: 'uuid',
      name: 'text',
      description: 'text',
      kind: 'text',
      interfaceVersion: 'text',
      isEnabled: 'boolean',
      isDefault: 'boolean',
      wantsDefault: 'boolean',
      checkSeconds: 'integer',
      staleSeconds: 'integer',
      activeNumber: 'integer',
      previousNumber: 'integer',
      candidateNumber: 'integer',
      lastNumber: 'integer',
      activationNumber: 'integer revision',
      activation: 'jsonb',
      createdAt: 'timestamptz',
      updatedAt: 'timestamptz',
    },
    undecided: {},
    claims: ({ name, isDefault }: Pick<Provider, 'name' | 'isDefault'>) => [
      `name:${name}`,
      ...(isDefault ? [defaultClaim] : []),
    ],
  },
  providerVersion: {
    table: 'provider_version',
    key: ['providerId', 'number'],
    columns: {
      providerId: 'uuid',
      number: 'integer',
      moduleSha256: 'text',
      moduleName: 'text',
      factoryClassName: 'text',
      boundRevision: 'integer revision',
      configurationKeys: 'text[]',
      encrypted: 'jsonb',
      sealed: 'jsonb',
      workerConfigurationKeys: 'text[]',
      sealedForWorkers: 'jsonb',
      createdAt: 'timestamptz',
    },
    undecided: {},
    group: ({ moduleSha256 }: Pick<ProviderVersion, 'moduleSha256'>) => moduleSha256 ?? '',
  },
  module: {
    table: 'plugin_module',
    key: ['sha256'],
    columns: { sha256: 'text', sizeBytes: 'integer', manifest: 'jsonb', signature: 'text', createdAt: 'timestamptz' },
    returns: true,
    undecided: { bytes: ['bytea', 'sha256 is their hash, and is computed at each load'] },
  },
  preparation: {
    table: 'provider_preparation',
    key: ['providerId'],
    columns: {
      providerId: 'uuid',
      userId: 'text',
      sha256: 'text',
      moduleName: 'text',
      state: 'text',
      throwAway: 'jsonb',
      startedAt: 'timestamptz',
    },
    undecided: {
      step: ['text', 'shown: how far the trial is'],
      message: ['text', 'shown: why the trial ended as it did'],
      steps: ['jsonb', 'shown: each trial begins with the first step'],
      changedAt: ['timestamptz', 'when a trial whose backend ended is begun again; the state says whether it is'],
    },
  },
} as const;
