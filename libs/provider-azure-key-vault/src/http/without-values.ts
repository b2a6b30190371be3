import { createHttpHeaders, type PipelinePolicy } from '@azure/core-rest-pipeline';

/**
 * For the side that writes: sends no request whose answer could contain a value. The SDK would read a secret that
 * it recovers, and a deleted one while it waits. If it is refused, it continues without.
 */
export const withoutValues: PipelinePolicy = {
  name: 'withoutValues',
  sendRequest(request, next) {
    const asksForValue = request.method === 'GET' && !/\/versions$/.test(new URL(request.url).pathname);
    if (!asksForValue) return next(request);
    return Promise.resolve({ request, status: 403, headers: createHttpHeaders(), bodyAsText: '{}' });
  },
};
