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
} from '@secret-store/api';
import { z } from 'zod';
import { goBack } from '../../preparation/go-back.ts';
import { retryPreparation } from '../../preparation/retry-preparation.ts';
import { createProvider } from '../../providers/create-provider.ts';
import { getProvider, listEnabledProviders, listProviders } from '../../providers/list-providers.ts';
import { makeDefault } from '../../providers/make-default.ts';
import { providerDetails, providerOffers } from '../../providers/provider-details.ts';
import { activeModule, providerPreparation } from '../../providers/provider-module.ts';
import { pluginIsolation, providerStatus } from '../../providers/provider-status.ts';
import { removeProvider } from '../../providers/remove-provider.ts';
import { updateProvider } from '../../providers/update-provider.ts';
import { router, signedInProcedure } from './trpc.ts';

const ById = z.object({ providerId: z.uuid() });

export const providerRouter = router({
  list: signedInProcedure.output(z.array(ProviderInfo)).query(({ ctx }) => listProviders(ctx.deps, ctx.actor)),
  listEnabled: signedInProcedure
    .output(z.array(ProviderInfo))
    .query(({ ctx }) => listEnabledProviders(ctx.deps)),
  get: signedInProcedure
    .input(ById)
    .output(ProviderInfo)
    .query(({ ctx, input }) => getProvider(ctx.deps, ctx.actor, input.providerId)),
  create: signedInProcedure
    .input(SecretProviderRequest)
    .output(ProviderInfo)
    .mutation(({ ctx, input }) => createProvider(ctx.deps, ctx.actor, input)),
  update: signedInProcedure
    .input(ById.extend({ request: SecretProviderRequest }))
    .output(ProviderInfo)
    .mutation(({ ctx, input }) => updateProvider(ctx.deps, ctx.actor, input.providerId, input.request)),
  remove: signedInProcedure
    .input(ById)
    .mutation(({ ctx, input }) => removeProvider(ctx.deps, ctx.actor, input.providerId)),
  makeDefault: signedInProcedure
    .input(ById)
    .mutation(({ ctx, input }) => makeDefault(ctx.deps, ctx.actor, input.providerId)),
  preparation: signedInProcedure
    .input(ById)
    .output(Preparation.nullable())
    .query(({ ctx, input }) => providerPreparation(ctx.deps, ctx.actor, input.providerId)),
  retryPreparation: signedInProcedure
    .input(ById)
    .output(ModuleUploadResult)
    .mutation(({ ctx, input }) => retryPreparation(ctx.deps, ctx.actor, input.providerId)),
  goBack: signedInProcedure
    .input(ById)
    .output(ModuleUploadResult)
    .mutation(({ ctx, input }) => goBack(ctx.deps, ctx.actor, input.providerId)),
  details: signedInProcedure
    .input(ById)
    .output(ProviderDetails)
    .query(({ ctx, input }) => providerDetails(ctx.deps, ctx.actor, input.providerId)),
  offers: signedInProcedure
    .output(z.array(ProviderOffer))
    .query(({ ctx }) => providerOffers(ctx.deps)),
  status: signedInProcedure
    .output(z.array(ProviderStatus))
    .query(({ ctx }) => providerStatus(ctx.deps, ctx.actor)),
  moduleSummary: signedInProcedure
    .input(ById)
    .output(ModuleSummary.nullable())
    .query(({ ctx, input }) => activeModule(ctx.deps, ctx.actor, input.providerId)),
  isolation: signedInProcedure
    .output(PluginIsolation)
    .query(({ ctx }) => pluginIsolation(ctx.deps, ctx.actor)),
});
