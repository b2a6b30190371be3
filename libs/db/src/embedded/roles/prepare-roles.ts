import { makeSecondSuperuser, removeSecondSuperuser, renameFirstRole, retireOldPassword } from './bootstrap-role.ts';
import type { Cluster } from './cluster.ts';
import { makeDatabase } from './make-database.ts';
import { makeRoles } from './make-roles.ts';
import { ownObjects } from './own-objects.ts';
import type { RoleStep } from './role-step.ts';
import { withSupervisor } from './supervisor-session.ts';

/** In this order, at each start. */
export const roleSteps: readonly RoleStep[] = [
  makeSecondSuperuser,
  renameFirstRole,
  retireOldPassword,
  makeRoles,
  makeDatabase,
  ownObjects,
  removeSecondSuperuser,
];

/** Leaves the cluster with its three roles and the store's database, whatever it was before: new, or with one role. */
export const prepareRoles = async (cluster: Cluster, steps = roleSteps): Promise<void> =>
  withSupervisor(cluster, async (session) => {
    for (const step of steps) await step(cluster, session);
  });
