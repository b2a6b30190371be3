import { preload } from 'react-dom';

/**
 * Lets the browser ask while the scripts of the page load. The page's own query finds the answer there, if it has the options
 * `askedAhead`. Only for what every reader of the page asks anyway.
 */
export const askAhead = (procedure: string, input?: object): void => {
  const inputs = JSON.stringify(input === undefined ? {} : { 0: input });
  preload(`/api/trpc/${procedure}?batch=1&input=${encodeURIComponent(inputs)}`, {
    as: 'fetch',
    crossOrigin: 'anonymous',
  });
};

/** Of a query that `askAhead` asks too: it goes in a request of its own, at the same address. */
export const askedAhead = { trpc: { context: { isAlone: true } } } as const;
