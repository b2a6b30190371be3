export interface Guide {
  /** the last part of its address */
  readonly slug: string;
  readonly title: string;
  /** from the root of the repository */
  readonly file: string;
}

export interface Chapter {
  readonly title: string;
  readonly guides: readonly Guide[];
}

const guide = (slug: string, title: string, file = `docs/${slug}.md`): Guide => ({ slug, title, file });
const readme = (library: string, title: string): Guide => guide(library, title, `libs/${library}/README.md`);

/** What `/docs` shows, in this order. */
export const chapters: readonly Chapter[] = [
  {
    title: 'Using secrets',
    guides: [
      guide('use-secrets', 'Use secrets'),
      guide('run-commands', 'Run commands'),
      guide('delivery', 'See what has arrived'),
    ],
  },
  {
    title: 'Providers',
    guides: [
      guide('manage-a-provider', 'Manage a provider'),
      readme('provider-vault', 'HashiCorp Vault, OpenBao'),
      readme('provider-azure-key-vault', 'Azure Key Vault'),
      readme('provider-aws-secrets-manager', 'AWS Secrets Manager'),
      readme('provider-google-secret-manager', 'Google Secret Manager'),
      readme('provider-kubernetes-secrets', 'Kubernetes Secrets'),
    ],
  },
  {
    title: 'Writing a plugin',
    guides: [
      guide('write-a-provider', 'Write a provider'),
      guide('manifest', 'The manifest'),
      readme('provider-sdk', 'The SDK'),
      guide('plugin-isolation', 'How plugins are isolated'),
    ],
  },
  {
    title: 'Operating',
    guides: [
      guide('running-without-npm-start', 'Run the store'),
      guide('manage-users', 'Manage users'),
      guide('single-sign-on', 'Single sign-on'),
      guide('scim', 'SCIM'),
      guide('webhooks', 'Webhooks'),
      guide('audit-forwarding', 'Forward the audit'),
      guide('settings', 'Settings'),
      guide('commands', 'Commands'),
      guide('containers', 'Containers'),
      guide('kubernetes', 'Kubernetes'),
      guide('database-roles', 'Database roles'),
      guide('run-workers', 'Run workers'),
      guide('manage-workers', 'Manage workers'),
      guide('plan-a-fleet', 'Plan a large fleet'),
      guide('exec-isolation', 'How commands are isolated'),
      guide('faults', 'When something fails'),
      guide('restore', 'Back up and restore'),
      guide('audit', 'Audit'),
    ],
  },
  {
    title: 'Reference',
    guides: [guide('glossary', 'Glossary'), guide('beside-other-products', 'Beside other products')],
  },
];

export const guides: readonly Guide[] = chapters.flatMap((chapter) => chapter.guides);
