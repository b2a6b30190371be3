import type { SignedExchange } from '../backend/signed-exchange.ts';

/** Signs nothing and believes every answer, where a test is about connections. */
export const believingExchange: Pick<SignedExchange, 'sign'> = {
  sign: () => ({ headers: {}, isAnswered: () => true }),
};
