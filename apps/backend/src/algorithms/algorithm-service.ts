import type { AlgorithmService } from '@secret-store/api';
import type { Dependencies } from '../dependencies.ts';
import { authorisedAlgorithm } from '../accounts/authorised-algorithm.ts';
import { createAlgorithm } from './create-algorithm.ts';
import { listAlgorithms } from './list-algorithms.ts';
import { removeAlgorithm } from './remove-algorithm.ts';

/** The use cases of algorithms, as the routers call them. */
export const createAlgorithmService = (deps: Dependencies): AlgorithmService => ({
  create: (actor, request) => createAlgorithm(deps, actor, request),
  list: (actor, query) => listAlgorithms(deps, actor, query),
  get: (actor, algorithmId) => authorisedAlgorithm(deps, actor, { id: algorithmId }),
  findByName: (actor, owner, name) => authorisedAlgorithm(deps, actor, { owner, name }),
  remove: (actor, algorithmId) => removeAlgorithm(deps, actor, algorithmId),
});
