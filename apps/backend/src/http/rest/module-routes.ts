import multipart from '@fastify/multipart';
import { ApiError, id, ModuleSummary, ModuleUploadResult, Preparation } from '@secret-store/api';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { goBack } from '../../preparation/go-back.ts';
import { retryPreparation } from '../../preparation/retry-preparation.ts';
import {
  inspectModule,
  providerPreparation,
  requirePlugin,
  requireUploadedModule,
} from '../../providers/provider-module.ts';
import { uploadModule } from '../../providers/upload-module.ts';
import { permitted, signedIn } from '../authenticate.ts';
import { answers, NoFields } from '../openapi.ts';
import { type ModuleForm, readModuleForm } from './input/read-module-form.ts';
import { forPermission, type RestInstance, security } from './input/route.ts';
import { toldFirst } from './input/told-first.ts';
import { validate } from './input/validate.ts';
import type { RestOptions } from './rest-options.ts';

const params = z.object({ providerId: id });
const base = '/v1/admin/plugins/secret-provider/:providerId';
const moduleBytesMaximum = 32 * 1024 * 1024;

const ModuleFormBody = z.object({
  provider: z.string().meta({ format: 'binary', description: 'the module file' }),
  signature: z.string().optional().describe('detached Ed25519 signature, base64'),
  configuration: z
    .string()
    .optional()
    .describe('a JSON object, where the module reaches other destinations than before'),
  workerConfiguration: z
    .string()
    .optional()
    .describe("a JSON object: the workers' own values, to be given again with each module"),
});

export const moduleRoutes = async (app: RestInstance, { deps, authenticate }: RestOptions): Promise<void> => {
  /** A form may take half an hour: who may upload when it began may not when it ends. */
  const formOf = async (request: FastifyRequest): Promise<ModuleForm> => {
    const form = await readModuleForm(request);
    request.actor = await authenticate(request);
    permitted(request, 'providers.manage');
    return form;
  };
  const described = (summary: string) => ({ tags: ['plugin modules'], summary, ...security });
  const toldOfPlugin = toldFirst(params, (actor, { providerId }) => requirePlugin(deps, actor, providerId));
  // the form is described by its schema and read as a stream
  app.setValidatorCompiler<z.ZodType>((route) =>
    route.httpPart === 'body' && route.schema !== NoFields ? () => ({ value: undefined }) : validate(route),
  );
  await app.register(multipart, {
    limits: { fileSize: moduleBytesMaximum, files: 1, fields: 8, fieldSize: 1024 * 1024 },
  });

  app.get(
    base,
    {
      ...forPermission('providers.read'),
      schema: { ...described('Whether a module is uploaded'), params, response: answers({ 200: z.object({}) }) },
    },
    async (request) => {
      await requireUploadedModule(deps, signedIn(request), request.params.providerId);
      return {};
    },
  );
  app.post(
    base,
    {
      ...forPermission('providers.manage'),
      ...toldOfPlugin,
      config: { isUpload: true },
      schema: {
        ...described('Upload a module'),
        consumes: ['multipart/form-data'],
        params,
        body: ModuleFormBody,
        response: answers({ 200: ModuleUploadResult }, 409, 502, 504),
      },
    },
    async (request) => {
      const { providerId } = request.params;
      // before the form is read
      await requirePlugin(deps, signedIn(request), providerId);
      const form = await formOf(request);
      return uploadModule(deps, signedIn(request), { providerId, ...form });
    },
  );
  app.get(
    `${base}/preparation`,
    {
      ...forPermission('providers.read'),
      schema: {
        ...described('How far the last upload or change of configuration is'),
        params,
        response: answers({ 200: Preparation }),
      },
    },
    async (request) => {
      const preparation = await providerPreparation(deps, signedIn(request), request.params.providerId);
      if (preparation) return preparation;
      throw new ApiError('PluginModuleMissing', 'No module was uploaded for this provider.', { status: 404 });
    },
  );
  app.post(
    `${base}/retry`,
    {
      ...forPermission('providers.manage'),
      ...toldOfPlugin,
      schema: {
        ...described('Retry a preparation that is waiting or has failed'),
        params,
        response: answers({ 200: ModuleUploadResult }, 409, 502, 504),
      },
    },
    async (request) => retryPreparation(deps, signedIn(request), request.params.providerId),
  );
  app.post(
    `${base}/previous`,
    {
      ...forPermission('providers.manage'),
      ...toldOfPlugin,
      schema: {
        ...described('Go back to the previous version'),
        params,
        response: answers({ 200: ModuleUploadResult }, 409, 502, 504),
      },
    },
    async (request) => goBack(deps, signedIn(request), request.params.providerId),
  );
  app.post(
    '/v1/admin/plugins/inspect',
    {
      ...forPermission('providers.manage'),
      config: { isUpload: true },
      schema: {
        ...described('Describe a module without storing it'),
        consumes: ['multipart/form-data'],
        body: ModuleFormBody.pick({ provider: true }),
        response: answers({ 200: ModuleSummary }),
      },
    },
    async (request) => {
      const { bytes } = await formOf(request);
      return inspectModule(signedIn(request), bytes);
    },
  );
};
