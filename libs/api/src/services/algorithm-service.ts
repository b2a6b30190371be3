import type { Actor } from '../schemas/account.ts';
import type { Algorithm, AlgorithmListQuery, AlgorithmPage, AlgorithmRequest } from '../schemas/algorithm.ts';

export interface AlgorithmService {
  create(actor: Actor, request: AlgorithmRequest): Promise<Algorithm>;
  list(actor: Actor, query: AlgorithmListQuery): Promise<AlgorithmPage>;
  get(actor: Actor, algorithmId: string): Promise<Algorithm>;
  findByName(actor: Actor, owner: string, name: string): Promise<Algorithm>;
  remove(actor: Actor, algorithmId: string): Promise<void>;
}
