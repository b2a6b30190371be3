/** Which project may import which: the arrows of ARCHITECTURE.md, and nothing beside them. */
const arrows = {
  'provider-sdk': [],
  sealing: [],
  api: [],
  db: [],
  ui: [],
  'plugin-host': ['provider-sdk'],
  'provider-internal': ['provider-sdk'],
  'provider-vault': ['provider-sdk'],
  'provider-azure-key-vault': ['provider-sdk'],
  'example-aws-secrets-manager': ['provider-sdk'],
  'admin-panel': ['ui', 'api'],
  'store-e2e': ['provider-vault'],
  'worker-node': ['plugin-host', 'provider-sdk', 'sealing', 'api'],
  backend: ['api', 'db', 'plugin-host', 'provider-sdk', 'provider-internal', 'sealing'],
  cli: ['sealing', 'db', 'plugin-host', 'provider-sdk', 'provider-azure-key-vault', 'example-aws-secrets-manager'],
  tools: ['sealing', 'db', 'plugin-host', 'provider-sdk', 'provider-vault'],
};

export const moduleBoundaries = {
  enforceBuildableLibDependency: false,
  allow: [],
  depConstraints: Object.entries(arrows).map(([from, to]) => ({
    sourceTag: `project:${from}`,
    onlyDependOnLibsWithTags: [from, ...to].map((name) => `project:${name}`),
  })),
};
