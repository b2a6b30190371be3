import type { PipelineRequest } from '@azure/core-rest-pipeline';
import { type HttpAnswer, parseJson } from '@secret-store/provider-sdk/http';
import * as z from 'zod/mini';
import type { Exchange } from './exchange.ts';

const errorBody = z.object({
  error: z.object({ code: z.string(), innererror: z.nullish(z.object({ code: z.string() })) }),
});

/** Keeps what the SDK discards: the status, and the codes of a body. */
export const noteRefusal = (exchange: Exchange, request: PipelineRequest, { status, text }: HttpAnswer): void => {
  exchange.problem = undefined;
  if (status < 400) {
    exchange.refused = undefined;
    return;
  }
  const { success, data } = errorBody.safeParse(parseJson(text));
  exchange.refused = {
    status,
    code: success ? data.error.code : '',
    innerCode: (success && data.error.innererror?.code) || '',
    challenge: status === 401 && !request.headers.has('Authorization'),
  };
};
