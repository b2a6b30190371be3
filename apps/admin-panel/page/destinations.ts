import {
  BookIcon,
  CpuIcon,
  KeyIcon,
  LogIcon,
  OrganizationIcon,
  PeopleIcon,
  PersonIcon,
  PlugIcon,
  ServerIcon,
  ShieldLockIcon,
  WebhookIcon,
  type Icon,
} from '@primer/octicons-react';
import type { Permission, Session } from '@secret-store/api/schemas';
import { paths } from '@/paths.ts';

export interface Destination {
  readonly path: string;
  readonly label: string;
  readonly icon: Icon;
  readonly permission?: Permission;
}

const all: readonly Destination[] = [
  { path: paths.algorithms, label: 'Algorithms', icon: CpuIcon },
  { path: paths.secrets, label: 'Secrets', icon: KeyIcon },
  { path: paths.providers, label: 'Secret providers', icon: PlugIcon, permission: 'providers.read' },
  { path: paths.workers, label: 'Workers', icon: ServerIcon, permission: 'workers.read' },
  { path: paths.users, label: 'Users', icon: PeopleIcon, permission: 'users.read' },
  { path: paths.organizations, label: 'Organizations', icon: OrganizationIcon, permission: 'organizations.read' },
  { path: paths.signInSettings, label: 'Sign-in', icon: ShieldLockIcon, permission: 'users.read' },
  { path: paths.audit, label: 'Audit', icon: LogIcon, permission: 'audit.read' },
  { path: paths.webhooks, label: 'Webhooks', icon: WebhookIcon, permission: 'webhooks.read' },
  { path: paths.account, label: 'Your account', icon: PersonIcon },
  { path: paths.docs, label: 'Documentation', icon: BookIcon },
];

/** Those that everybody has and that stand above the first that needs a permission: none of them moves when the session is known. */
export const destinationsOfEverybody: readonly Destination[] = all.slice(
  0,
  all.findIndex(({ permission }) => permission !== undefined),
);

/** The pages that somebody may open. */
export const destinationsFor = ({
  permissions,
  organizations,
}: Pick<Session, 'permissions' | 'organizations'>): readonly Destination[] =>
  all.filter(
    ({ path, permission }) =>
      permission === undefined ||
      permissions.includes(permission) ||
      // members find their own
      (path === paths.organizations && organizations.length > 0),
  );
