/** Which project may import which: exactly the arrows of ARCHITECTURE.md. */
export const arrows = {
  bundle: [],
  'provider-sdk': [],
  'command-line': [],
  sealing: [],
  api: [],
  db: ['bundle'],
  ui: [],
  'plugin-host': ['provider-sdk', 'bundle'],
  'provider-internal': ['provider-sdk'],
  'provider-vault': ['provider-sdk', 'bundle'],
  'provider-azure-key-vault': ['provider-sdk', 'bundle'],
  'provider-aws-secrets-manager': ['provider-sdk', 'bundle'],
  'provider-google-secret-manager': ['provider-sdk'],
  'provider-kubernetes-secrets': ['provider-sdk'],
  // the panel imports only the type of the backend's router: see `typesOnly`
  'admin-panel': ['ui', 'api', 'backend'],
  'store-e2e': ['provider-vault'],
  'worker-node': ['command-line', 'plugin-host', 'provider-sdk', 'sealing', 'api', 'bundle'],
  backend: ['api', 'command-line', 'db', 'plugin-host', 'provider-sdk', 'provider-internal', 'sealing', 'bundle'],
  cli: [
    'bundle',
    'command-line',
    'sealing',
    'db',
    'plugin-host',
    'provider-sdk',
    'provider-vault',
    'provider-azure-key-vault',
    'provider-aws-secrets-manager',
    'provider-google-secret-manager',
    'provider-kubernetes-secrets',
  ],
  tools: ['bundle', 'sealing', 'db', 'plugin-host', 'provider-sdk', 'provider-vault'],
};

export const moduleBoundaries = {
  enforceBuildableLibDependency: false,
  // an app, which the rule allows nobody to import
  allow: ['@secret-store/backend/app-router'],
  depConstraints: Object.entries(arrows).map(([from, to]) => ({
    sourceTag: `project:${from}`,
    onlyDependOnLibsWithTags: [from, ...to].map((name) => `project:${name}`),
  })),
};

/** The panel imports only types of the backend, which its build removes. */
export const typesOnly = {
  files: ['apps/admin-panel/**'],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: ['@secret-store/backend', '@secret-store/backend/*'],
            allowTypeImports: true,
            message: 'Import the type only.',
          },
        ],
      },
    ],
  },
};

/** On a server, nothing of a plugin's own text leaves its process. */
export const noDiagnosis = {
  files: ['apps/backend/**', 'apps/worker-node/**'],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [{ group: ['@secret-store/plugin-host/diagnosis'], message: "Only for an author's own machine." }],
      },
    ],
  },
};
