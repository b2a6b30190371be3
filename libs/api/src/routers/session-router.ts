import { Actor, SignInRequest } from '../schemas/account.ts';
import { publicProcedure, router } from './trpc.ts';

export const sessionRouter = router({
  current: publicProcedure.output(Actor.nullable()).query(({ ctx }) => ctx.actor),
  signIn: publicProcedure
    .input(SignInRequest)
    .output(Actor)
    .mutation(async ({ ctx, input }) => {
      const result = await ctx.services.accounts.signIn({ ...input, address: ctx.address });
      ctx.setCookies(result.setCookies);
      return result.actor;
    }),
  signOut: publicProcedure.mutation(async ({ ctx }) => {
    ctx.setCookies(await ctx.services.accounts.signOut(ctx.headers));
  }),
});
