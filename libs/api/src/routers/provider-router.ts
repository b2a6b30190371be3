import { z } from 'zod';
import {
  ModuleSummary,
  ModuleUploadResult,
  PluginIsolation,
  Preparation,
  ProviderDetails,
  ProviderInfo,
  ProviderOffer,
  ProviderStatus,
  SecretProviderRequest,
} from '../schemas/provider.ts';
import { router, signedInProcedure } from './trpc.ts';

const ById = z.object({ providerId: z.uuid() });

export const providerRouter = router({
  list: signedInProcedure.output(z.array(ProviderInfo)).query(({ ctx }) => ctx.services.providers.list(ctx.actor)),
  listEnabled: signedInProcedure
    .output(z.array(ProviderInfo))
    .query(({ ctx }) => ctx.services.providers.listEnabled(ctx.actor)),
  get: signedInProcedure
    .input(ById)
    .output(ProviderInfo)
    .query(({ ctx, input }) => ctx.services.providers.get(ctx.actor, input.providerId)),
  create: signedInProcedure
    .input(SecretProviderRequest)
    .output(ProviderInfo)
    .mutation(({ ctx, input }) => ctx.services.providers.create(ctx.actor, input)),
  update: signedInProcedure
    .input(ById.extend({ request: SecretProviderRequest }))
    .output(ProviderInfo)
    .mutation(({ ctx, input }) => ctx.services.providers.update(ctx.actor, input.providerId, input.request)),
  remove: signedInProcedure
    .input(ById)
    .mutation(({ ctx, input }) => ctx.services.providers.remove(ctx.actor, input.providerId)),
  makeDefault: signedInProcedure
    .input(ById)
    .mutation(({ ctx, input }) => ctx.services.providers.makeDefault(ctx.actor, input.providerId)),
  preparation: signedInProcedure
    .input(ById)
    .output(Preparation.nullable())
    .query(({ ctx, input }) => ctx.services.providers.preparation(ctx.actor, input.providerId)),
  retryPreparation: signedInProcedure
    .input(ById)
    .output(ModuleUploadResult)
    .mutation(({ ctx, input }) => ctx.services.providers.retryPreparation(ctx.actor, input.providerId)),
  goBack: signedInProcedure
    .input(ById)
    .output(ModuleUploadResult)
    .mutation(({ ctx, input }) => ctx.services.providers.goBack(ctx.actor, input.providerId)),
  details: signedInProcedure
    .input(ById)
    .output(ProviderDetails)
    .query(({ ctx, input }) => ctx.services.providers.details(ctx.actor, input.providerId)),
  offers: signedInProcedure
    .output(z.array(ProviderOffer))
    .query(({ ctx }) => ctx.services.providers.offers(ctx.actor)),
  status: signedInProcedure
    .output(z.array(ProviderStatus))
    .query(({ ctx }) => ctx.services.providers.status(ctx.actor)),
  moduleSummary: signedInProcedure
    .input(ById)
    .output(ModuleSummary.nullable())
    .query(({ ctx, input }) => ctx.services.providers.moduleSummary(ctx.actor, input.providerId)),
  isolation: signedInProcedure
    .output(PluginIsolation)
    .query(({ ctx }) => ctx.services.providers.isolation(ctx.actor)),
});
