import {
  id,
  ModuleSummary,
  ModuleUploadResult,
  paging,
  PluginIsolation,
  Preparation,
  ProviderDetails,
  ProviderHealth,
  ProviderInfo,
  ProviderOffer,
  ProviderStatus,
  ProviderTest,
  ProviderUsageDetails,
  SecretProviderRequest,
  ShippedModule,
} from '@secret-store/api';
import { z } from 'zod';
import { providerUsageDetails } from '../../delivery/provider-usage.ts';
import { providerHealth } from '../../health/provider-health.ts';
import { listShippedModules, readShippedModule } from '../../modules/shipped-modules.ts';
import { goBack } from '../../preparation/go-back.ts';
import { retryPreparation } from '../../preparation/retry-preparation.ts';
import { lastProviderTest, testProvider } from '../../preparation/test-provider.ts';
import { createProvider } from '../../providers/create-provider.ts';
import { getProvider, listEnabledProviders, listProviders } from '../../providers/list-providers.ts';
import { makeDefault } from '../../providers/make-default.ts';
import { providerDetails, providerOffers } from '../../providers/provider-details.ts';
import { moduleSummary, providerPreparation, requirePlugin } from '../../providers/provider-module.ts';
import { pluginIsolation, providerStatus } from '../../providers/status/provider-status.ts';
import { removeProvider } from '../../providers/remove-provider.ts';
import { updateProvider } from '../../providers/update-provider.ts';
import { procedureWith, router, toldFirst } from './procedures/trpc.ts';

const ById = z.object({ providerId: id });

export const providerRouter = router({
  list: procedureWith('providers.read')
    .output(z.array(ProviderInfo))
    .query(({ ctx }) => listProviders(ctx.deps, ctx.actor)),
  listEnabled: procedureWith('providers.use')
    .output(z.array(ProviderInfo))
    .query(({ ctx }) => listEnabledProviders(ctx.deps)),
  get: procedureWith('providers.read')
    .input(ById)
    .output(ProviderInfo)
    .query(({ ctx, input }) => getProvider(ctx.deps, ctx.actor, input.providerId)),
  create: procedureWith('providers.manage')
    .input(SecretProviderRequest)
    .output(ProviderInfo)
    .mutation(({ ctx, input }) => createProvider(ctx.deps, ctx.actor, input)),
  update: procedureWith('providers.manage')
    .input(ById)
    .use(({ ctx, input, next }) => toldFirst(next(), () => requirePlugin(ctx.deps, ctx.actor, input.providerId)))
    .input(ById.extend({ request: SecretProviderRequest }))
    .output(ProviderInfo)
    .mutation(({ ctx, input }) => updateProvider(ctx.deps, ctx.actor, input.providerId, input.request)),
  remove: procedureWith('providers.manage')
    .input(ById.extend({ leave: z.boolean().optional() }))
    .mutation(({ ctx, input }) => removeProvider(ctx.deps, ctx.actor, input.providerId, input)),
  makeDefault: procedureWith('providers.manage')
    .input(ById)
    .mutation(({ ctx, input }) => makeDefault(ctx.deps, ctx.actor, input.providerId)),
  preparation: procedureWith('providers.read')
    .input(ById)
    .output(Preparation.nullable())
    .query(({ ctx, input }) => providerPreparation(ctx.deps, ctx.actor, input.providerId)),
  retryPreparation: procedureWith('providers.manage')
    .input(ById)
    .output(ModuleUploadResult)
    .mutation(({ ctx, input }) => retryPreparation(ctx.deps, ctx.actor, input.providerId)),
  test: procedureWith('providers.manage')
    .input(ById)
    .output(ProviderTest)
    .mutation(({ ctx, input }) => testProvider(ctx.deps, ctx.actor, input.providerId)),
  lastTest: procedureWith('providers.read')
    .input(ById)
    .output(ProviderTest.nullable())
    .query(({ ctx, input }) => lastProviderTest(ctx.deps, ctx.actor, input.providerId)),
  goBack: procedureWith('providers.manage')
    .input(ById)
    .output(ModuleUploadResult)
    .mutation(({ ctx, input }) => goBack(ctx.deps, ctx.actor, input.providerId)),
  details: procedureWith('providers.read')
    .input(ById)
    .output(ProviderDetails)
    .query(({ ctx, input }) => providerDetails(ctx.deps, ctx.actor, input.providerId)),
  offers: procedureWith('providers.use')
    .output(z.array(ProviderOffer))
    .query(({ ctx }) => providerOffers(ctx.deps)),
  status: procedureWith('providers.read')
    .output(z.array(ProviderStatus))
    .query(({ ctx }) => providerStatus(ctx.deps, ctx.actor)),
  health: procedureWith('providers.read')
    .input(ById)
    .output(ProviderHealth)
    .query(({ ctx, input }) => providerHealth(ctx.deps, ctx.actor, input.providerId)),
  usage: procedureWith('providers.read')
    .input(ById.extend(paging))
    .output(ProviderUsageDetails)
    .query(({ ctx, input }) => providerUsageDetails(ctx.deps, ctx.actor, input.providerId, input)),
  moduleSummary: procedureWith('providers.read')
    .input(ById)
    .output(ModuleSummary.nullable())
    .query(({ ctx, input }) => moduleSummary(ctx.deps, ctx.actor, input.providerId)),
  shipped: procedureWith('providers.manage')
    .output(z.array(ShippedModule))
    .query(async ({ ctx }) => [...(await listShippedModules(ctx.deps))]),
  shippedFile: procedureWith('providers.manage')
    .input(z.object({ file: z.string().max(256) }))
    .output(z.object({ base64: z.string() }))
    .query(async ({ ctx, input }) => ({
      base64: (await readShippedModule(ctx.deps, input.file)).toString('base64'),
    })),
  isolation: procedureWith('providers.read')
    .output(PluginIsolation)
    .query(({ ctx }) => pluginIsolation(ctx.deps, ctx.actor)),
});
