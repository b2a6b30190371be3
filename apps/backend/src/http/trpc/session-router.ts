import { Actor, SignInRequest } from '@secret-store/api';
import { signOut } from '../../accounts/session.ts';
import { signIn } from '../../accounts/sign-in.ts';
import { publicProcedure, router } from './trpc.ts';

export const sessionRouter = router({
  current: publicProcedure.output(Actor.nullable()).query(({ ctx }) => ctx.actor),
  signIn: publicProcedure
    .input(SignInRequest)
    .output(Actor)
    .mutation(async ({ ctx, input }) => {
      const result = await signIn(ctx.auth, ctx.limits, { ...input, address: ctx.address });
      ctx.setCookies(result.setCookies);
      return result.actor;
    }),
  signOut: publicProcedure.mutation(async ({ ctx }) => {
    ctx.setCookies(await signOut(ctx.auth, ctx.headers));
  }),
});
