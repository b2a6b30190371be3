import type { ListedAlgorithm } from '@secret-store/api/schemas';
import type { BackendClient } from '../backend/backend-client.ts';

/** All algorithms that the worker's pool runs, page by page. */
export async function* listPool(
  backend: Pick<BackendClient, 'algorithms'>,
): AsyncGenerator<readonly ListedAlgorithm[], void> {
  let marker: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof backend.algorithms>> = await backend.algorithms({ marker });
    yield page.results;
    marker = page.marker;
  } while (marker !== null);
}
