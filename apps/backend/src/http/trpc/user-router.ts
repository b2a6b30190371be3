import {
  ListedUserPage,
  RoleAddressesList,
  RoleAddressesRequest,
  ServiceAccountRequest,
  User,
  UserInfo,
  UserListQuery,
  UserRequest,
  UserUpdate,
} from '@secret-store/api';
import { z } from 'zod';
import { listRoleAddresses, setRoleAddresses } from '../../accounts/credentials/role-addresses.ts';
import { createUser } from '../../accounts/users/create-user.ts';
import { listUsers } from '../../accounts/users/list-users.ts';
import { removeUser } from '../../accounts/users/remove-user.ts';
import { createServiceAccount } from '../../accounts/users/service-account.ts';
import { updateUser } from '../../accounts/users/update-user.ts';
import { userNamed } from '../../accounts/user-named.ts';
import { procedureWith, router, toldFirst } from './procedures/trpc.ts';

const username = z.string();
const manages = procedureWith('users.manage');
const managesOne = manages
  .input(z.object({ username }))
  .use(({ ctx, input, next }) => toldFirst(next(), () => userNamed(ctx.deps, input.username)));

export const userRouter = router({
  list: procedureWith('users.read')
    .input(UserListQuery)
    .output(ListedUserPage)
    .query(async ({ ctx, input }) => {
      await ctx.uses.flush();
      return listUsers(ctx.deps, ctx.actor, input);
    }),
  create: manages
    .input(UserRequest)
    .output(User)
    .mutation(({ ctx, input }) => createUser(ctx.deps, ctx.actor, input)),
  createService: manages
    .input(ServiceAccountRequest)
    .output(User)
    .mutation(({ ctx, input }) => createServiceAccount(ctx.deps, ctx.actor, input)),
  roleAddresses: procedureWith('users.read')
    .output(RoleAddressesList)
    .query(({ ctx }) => listRoleAddresses(ctx.deps, ctx.actor)),
  setRoleAddresses: manages
    .input(RoleAddressesRequest)
    .mutation(({ ctx, input }) => setRoleAddresses(ctx.deps, ctx.actor, input, ctx.address)),
  update: managesOne
    .input(UserUpdate.extend({ username }))
    .output(UserInfo)
    .mutation(({ ctx, input }) => updateUser(ctx.deps, ctx.actor, input.username, input)),
  remove: managesOne.mutation(({ ctx, input }) => removeUser(ctx.deps, ctx.actor, input.username)),
});
