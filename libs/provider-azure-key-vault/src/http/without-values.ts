import { createHttpHeaders, type PipelinePolicy } from '@azure/core-rest-pipeline';

/**
 * For the side that writes: nothing that could have a value in its answer is asked for. The SDK would read a secret that
 * it recovers, and a deleted one while it waits. Told that it may not, it goes on without.
 */
export const withoutValues: PipelinePolicy = {
  name: 'withoutValues',
  sendRequest(request, next) {
    const asksForValue = request.method === 'GET' && !/\/versions$/.test(new URL(request.url).pathname);
    if (!asksForValue) return next(request);
    return Promise.resolve({ request, status: 403, headers: createHttpHeaders(), bodyAsText: '{}' });
  },
};
