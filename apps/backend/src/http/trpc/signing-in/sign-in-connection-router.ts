import {
  GroupRoleInfo,
  GroupRoleRequest,
  id,
  IdentitySource,
  ProviderMetadata,
  ProviderMetadataRequest,
  SignInConnectionInfo,
  SignInConnectionRequest,
  SignInConnectionTest,
  SignInConnectionUpdate,
} from '@secret-store/api';
import { z } from 'zod';
import { listGroupRoles, removeGroupRole, setGroupRole } from '../../../accounts/outside/group-roles/group-roles.ts';
import { existingConnection } from '../../../accounts/single-sign-on/connections/existing-connection.ts';
import { listConnections } from '../../../accounts/single-sign-on/connections/list-connections.ts';
import { removeConnection } from '../../../accounts/single-sign-on/connections/remove-connection.ts';
import { createConnection, updateConnection } from '../../../accounts/single-sign-on/connections/write-connection.ts';
import { readMetadata } from '../../../accounts/single-sign-on/read-metadata.ts';
import { testConnection } from '../../../accounts/single-sign-on/test-connection.ts';
import { procedureWith, router, toldFirst } from '../procedures/trpc.ts';

const reads = procedureWith('users.read');
const manages = procedureWith('users.manage');
const managesOne = manages
  .input(z.object({ connectionId: id }))
  .use(({ ctx, input, next }) => toldFirst(next(), () => existingConnection(ctx.deps, input.connectionId)));

/** Identity providers, and what their groups give. */
export const signInConnectionRouter = router({
  list: reads
    .output(z.array(SignInConnectionInfo))
    .query(({ ctx }) => listConnections(ctx.deps, ctx.actor, ctx.origin)),
  create: manages
    .input(SignInConnectionRequest)
    .output(SignInConnectionInfo)
    .mutation(({ ctx, input }) => createConnection(ctx.deps, ctx.actor, input, ctx.origin)),
  update: manages
    .input(SignInConnectionUpdate)
    .output(SignInConnectionInfo)
    .mutation(({ ctx, input }) => updateConnection(ctx.deps, ctx.actor, input, ctx.origin)),
  remove: managesOne.mutation(({ ctx, input }) => removeConnection(ctx.deps, ctx.actor, input.connectionId)),
  test: managesOne
    .output(SignInConnectionTest)
    .mutation(({ ctx, input }) => testConnection(ctx.deps, ctx.actor, input.connectionId)),
  readMetadata: manages
    .input(ProviderMetadataRequest)
    .output(ProviderMetadata)
    .mutation(({ ctx, input }) => readMetadata(ctx.actor, input)),
  listGroupRoles: reads
    .input(z.object({ connectionId: IdentitySource }))
    .output(z.array(GroupRoleInfo))
    .query(({ ctx, input }) => listGroupRoles(ctx.deps, ctx.actor, input.connectionId)),
  setGroupRole: manages
    .input(GroupRoleRequest)
    .output(GroupRoleInfo)
    .mutation(({ ctx, input }) => setGroupRole(ctx.deps, ctx.actor, input)),
  removeGroupRole: manages
    .input(z.object({ groupRoleId: id }))
    .mutation(({ ctx, input }) => removeGroupRole(ctx.deps, ctx.actor, input.groupRoleId)),
});
