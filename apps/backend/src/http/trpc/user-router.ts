import { User, UserInfo, UserListQuery, UserPage, UserRequest, UserUpdate } from '@secret-store/api';
import { z } from 'zod';
import { createUser } from '../../accounts/users/create-user.ts';
import { listUsers } from '../../accounts/users/list-users.ts';
import { removeUser } from '../../accounts/users/remove-user.ts';
import { updateUser } from '../../accounts/users/update-user.ts';
import { procedureWith, router } from './trpc.ts';

const manages = procedureWith('users.manage');

export const userRouter = router({
  list: manages
    .input(UserListQuery)
    .output(UserPage)
    .query(async ({ ctx, input }) => {
      await ctx.uses.flush();
      return listUsers(ctx.deps, ctx.actor, input);
    }),
  create: manages
    .input(UserRequest)
    .output(User)
    .mutation(({ ctx, input }) => createUser(ctx.deps, ctx.actor, input)),
  update: manages
    .input(UserUpdate.extend({ username: z.string() }))
    .output(UserInfo)
    .mutation(({ ctx, input }) => updateUser(ctx.deps, ctx.actor, input.username, input)),
  remove: manages
    .input(z.object({ username: z.string() }))
    .mutation(({ ctx, input }) => removeUser(ctx.deps, ctx.actor, input.username)),
});
