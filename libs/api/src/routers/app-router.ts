import { algorithmRouter } from './algorithm-router.ts';
import { providerRouter } from './provider-router.ts';
import { secretRouter } from './secret-router.ts';
import { sessionRouter } from './session-router.ts';
import { router } from './trpc.ts';
import { workerRouter } from './worker-router.ts';

export const appRouter = router({
  algorithms: algorithmRouter,
  providers: providerRouter,
  secrets: secretRouter,
  session: sessionRouter,
  workers: workerRouter,
});

export type AppRouter = typeof appRouter;
