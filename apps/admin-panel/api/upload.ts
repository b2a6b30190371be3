import type { z } from 'zod';
import {
  ErrorBody,
  ModuleSummary,
  ModuleUploadResult,
  type ProviderConfigurationInput,
  type WorkerConfigurationInput,
} from '@secret-store/api/schemas';
import { type Failure, RequestError, unreachable } from './failure.ts';
import './schemas-without-code.ts';

export const moduleBytesMaximum = 32 * 1024 * 1024;

/** The failure in a REST answer that is not a success. */
const failureOfAnswer = (answer: unknown): Failure => {
  const parsed = ErrorBody.safeParse(answer);
  if (!parsed.success) return unreachable;
  const { code, message, id, field, fields = field === undefined ? [] : [field] } = parsed.data.error;
  return { code, message, fields: Object.fromEntries(fields.map((path) => [path, message])), reference: id };
};

type OnProgress = (percent: number) => void;

/** Uses XMLHttpRequest, because fetch does not report an upload's progress. */
const send = <Schema extends z.ZodType>(
  path: string,
  body: FormData,
  schema: Schema,
  onProgress: OnProgress,
): Promise<z.infer<Schema>> =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.responseType = 'json';
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress((100 * event.loaded) / event.total);
    };
    request.upload.onload = () => onProgress(100);
    request.onload = () => {
      const answer = request.status < 300 ? schema.safeParse(request.response) : null;
      if (answer?.success) resolve(answer.data);
      else reject(new RequestError(failureOfAnswer(request.response)));
    };
    request.onerror = () => reject(new RequestError(unreachable));
    request.send(body);
  });

/** Asks the store to verify a module without storing it. */
export const inspectModule = (file: File, onProgress: OnProgress): Promise<ModuleSummary> => {
  const body = new FormData();
  body.set('provider', file);
  return send('/v1/admin/plugins/inspect', body, ModuleSummary, onProgress);
};

interface ModuleUploadInput {
  readonly providerId: string;
  readonly file: File;
  /** detached, Base64; empty where the store requires none */
  readonly signature: string;
  readonly configuration?: ProviderConfigurationInput | undefined;
  readonly workerConfiguration?: WorkerConfigurationInput | undefined;
  readonly onProgress: OnProgress;
}

/** Answers within 30 s: the module is active, has failed, or is waiting. */
export const uploadModule = ({
  providerId,
  file,
  signature,
  configuration,
  workerConfiguration,
  onProgress,
}: ModuleUploadInput) => {
  const body = new FormData();
  // the store reads the fields before the file
  if (configuration !== undefined) body.set('configuration', JSON.stringify(configuration));
  if (workerConfiguration !== undefined) body.set('workerConfiguration', JSON.stringify(workerConfiguration));
  if (signature !== '') body.set('signature', signature);
  body.set('provider', file);
  return send(
    `/v1/admin/plugins/secret-provider/${encodeURIComponent(providerId)}`,
    body,
    ModuleUploadResult,
    onProgress,
  );
};
