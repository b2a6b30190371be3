/** Every address of the panel. */
export const paths = {
  algorithms: '/algorithms',
  /** found by the search for the owner */
  algorithmsOf: (owner: string) => `/algorithms?q=${encodeURIComponent(owner)}`,
  newAlgorithm: '/algorithms/new',
  algorithmSettings: (owner: string, name: string) =>
    `/algorithms/${encodeURIComponent(owner)}/${encodeURIComponent(name)}/settings`,
  /** in the list of its algorithm, found by its variable */
  secretOf: (owner: string, name: string, variable: string) =>
    `${paths.algorithmSettings(owner, name)}?q=${encodeURIComponent(variable)}`,
  secrets: '/secrets',
  providers: '/admin/secret-store',
  newProvider: '/admin/secret-store/new',
  provider: (providerId: string) => `/admin/secret-store/${encodeURIComponent(providerId)}`,
  workers: '/admin/workers',
  worker: (workerId: string) => `/admin/workers/${encodeURIComponent(workerId)}`,
  users: '/admin/users',
  signInSettings: '/admin/sign-in',
  signInConnection: (name: string) => `/admin/sign-in/${encodeURIComponent(name)}`,
  organizations: '/admin/organizations',
  organization: (name: string) => `/admin/organizations/${encodeURIComponent(name)}`,
  audit: '/admin/audit',
  webhooks: '/admin/webhooks',
  auditSinks: '/admin/audit/sinks',
  account: '/account',
  docs: '/docs',
  guide: (slug: string) => `/docs/${slug}`,
  /** served by the store: leads to the identity provider */
  startSignIn: (connection: string, next: string) =>
    `/sign-in/${encodeURIComponent(connection)}/start?returnTo=${encodeURIComponent(next)}`,
  signIn: (next?: string) =>
    next === undefined || next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`,
};

const anySite = 'http://panel.invalid';

/** Where to go after signing in: a path of this site, never an address that leads elsewhere. */
export const safeNext = (next: string | undefined): string => {
  if (next === undefined || !next.startsWith('/')) return paths.algorithms;
  try {
    const url = new URL(next, anySite);
    if (url.origin !== anySite || url.pathname === '/sign-in') return paths.algorithms;
    const path = `${url.pathname}${url.search}${url.hash}`;
    return path.startsWith('//') ? paths.algorithms : path;
  } catch {
    return paths.algorithms;
  }
};
