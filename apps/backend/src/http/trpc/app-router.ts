import { algorithmRouter } from './algorithm-router.ts';
import { providerRouter } from './provider-router.ts';
import { secretRouter } from './secret-router.ts';
import { sessionRouter } from './session-router.ts';
import { router } from './trpc.ts';

export const appRouter = router({
  algorithms: algorithmRouter,
  providers: providerRouter,
  secrets: secretRouter,
  session: sessionRouter,
});

export type AppRouter = typeof appRouter;
