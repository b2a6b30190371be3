/** Where a worker finds the backend: at a web address, or at the socket of the backend beside it, in this folder. */
export type BackendAddress =
  | {
      readonly url: URL;
      /** certificates in PEM of authorities that are trusted for this address beside the usual ones */
      readonly authorities?: readonly string[];
    }
  | { readonly socketDirectory: string };

/** In words that follow "the backend". */
export const describeAddress = (backend: BackendAddress): string =>
  'url' in backend ? `at ${backend.url.origin}` : 'beside this worker';
