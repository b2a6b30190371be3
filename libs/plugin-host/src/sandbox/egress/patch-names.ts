import dns from 'node:dns';
import type { Destinations } from './destinations.ts';
import { familyIn, nameQueries, type Query } from './name-queries.ts';
import type { Refusals } from './refusals.ts';

/**
 * Answers every look-up of a listed name with the address that stands in for it, and refuses any other. The host resolves the
 * names themselves; in a namespace without a network, a real look-up would only time out.
 */
export const patchNames = (destinations: Destinations, refusals: Refusals): void => {
  const { standInOf, queries } = nameQueries(destinations, refusals);
  patchLookup(standInOf);
  const known = Object.entries(queries).filter(([name]) => name in dns.promises);
  const callbacks = Object.fromEntries(known.map(([name, query]) => [name, callbackForm(query)]));
  const promises = Object.fromEntries(known.map(([name, query]) => [name, promiseForm(query)]));
  Object.assign(dns, callbacks, { lookupService: callbackForm(queries.lookupService, ['hostname', 'service']) });
  Object.assign(dns.promises, promises);
  // of which the functions above are those of a first one
  Object.assign(dns.Resolver.prototype, callbacks);
  Object.assign(dns.promises.Resolver.prototype, promises);
};

type Anything = (...parameters: unknown[]) => unknown;

/** Node's own look-up, of the stand-in address: it checks the options, and answers in the form that they ask for. */
const patchLookup = (standInOf: (name: unknown, family: 4 | 6) => unknown) => {
  // all of its overloads: (name, callback), (name, options, callback)
  const native = { callback: dns.lookup as Anything, promise: dns.promises.lookup as Anything };
  const lookup = (name: unknown, ...rest: unknown[]) => {
    const callback = rest.at(-1);
    let standIn: unknown;
    try {
      standIn = standInOf(name, familyIn(rest[0]));
    } catch (error) {
      if (!isCallback(callback)) throw error;
      process.nextTick(callback, error);
      return;
    }
    native.callback(standIn, ...rest);
  };
  // with what `util.promisify` looks for
  Object.assign(dns, { lookup: Object.defineProperties(lookup, Object.getOwnPropertyDescriptors(dns.lookup)) });
  Object.assign(dns.promises, {
    lookup: promiseForm((name, options) => native.promise(standInOf(name, familyIn(options)), options)),
  });
};

const isCallback = (value: unknown): value is Anything => typeof value === 'function';

const promiseForm = (query: Query) => (name: unknown, option?: unknown) =>
  new Promise((resolve) => resolve(query(name, option)));

/** @param fields those of the answer that the callback takes one by one */
const callbackForm =
  (query: Query, fields?: readonly string[]) =>
  (...parameters: unknown[]) => {
    const callback = parameters.findLast(isCallback);
    const [name, option] = parameters.filter((parameter) => parameter !== callback);
    void promiseForm(query)(name, option).then(
      (answer) =>
        callback?.(null, ...(fields?.map((field): unknown => Reflect.get(Object(answer), field)) ?? [answer])),
      (error: unknown) => callback?.(error),
    );
  };
