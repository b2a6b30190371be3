import { accountRouter } from './account-router.ts';
import { algorithmRouter } from './algorithm-router.ts';
import { auditRouter } from './audit-router.ts';
import { firstStepsRouter } from './first-steps-router.ts';
import { providerRouter } from './provider-router.ts';
import { secretRouter } from './secret-router.ts';
import { router } from './procedures/trpc.ts';
import { collaboratorRouter } from './sharing/collaborator-router.ts';
import { organizationRouter } from './sharing/organization-router.ts';
import { identityRouter } from './signing-in/identity-router.ts';
import { passkeyRouter } from './signing-in/passkey-router.ts';
import { scimKeyRouter } from './signing-in/scim-key-router.ts';
import { secondFactorRouter } from './signing-in/second-factor-router.ts';
import { sessionRouter } from './signing-in/session-router.ts';
import { signInConnectionRouter } from './signing-in/sign-in-connection-router.ts';
import { waitingAccountRouter } from './signing-in/waiting-account-router.ts';
import { userRouter } from './user-router.ts';
import { webhookRouter } from './webhook-router.ts';
import { workerRouter } from './worker-router.ts';

export const appRouter = router({
  account: accountRouter,
  algorithms: algorithmRouter,
  audit: auditRouter,
  collaborators: collaboratorRouter,
  firstSteps: firstStepsRouter,
  identities: identityRouter,
  organizations: organizationRouter,
  passkeys: passkeyRouter,
  providers: providerRouter,
  scimKeys: scimKeyRouter,
  secondFactor: secondFactorRouter,
  secrets: secretRouter,
  session: sessionRouter,
  signInConnections: signInConnectionRouter,
  users: userRouter,
  waitingAccounts: waitingAccountRouter,
  webhooks: webhookRouter,
  workers: workerRouter,
});

export type AppRouter = typeof appRouter;
